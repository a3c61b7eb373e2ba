// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

/// @title MeshToken
/// @notice The votes of MESH: an ERC-20 whose whole supply exists from the deployment on. Nobody can mint, pause or
/// seize it; holders can burn their own. A balance votes once its holder has delegated it, to itself or to others.
/// @dev Its clock is the Unix time, so that waiting times mean the same on every chain. Votes are those of a second
/// that is over: what is bought and sold again within a block, or lent for one, never counts.
contract MeshToken is ERC20, ERC20Burnable, ERC20Permit, ERC20Votes {
    /// @param holder Who receives the whole supply and distributes it.
    /// @param supply In units of 10^-18.
    constructor(address holder, uint256 supply) ERC20("MESH", "MESH") ERC20Permit("MESH") {
        _mint(holder, supply);
    }

    /// @notice Unix time in seconds, the clock of votes (ERC-6372).
    function clock() public view override returns (uint48) {
        return Time.timestamp();
    }

    /// @notice Machine-readable description of the clock (ERC-6372).
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    /// @notice The next nonce of an account's permits and delegations, which share one sequence.
    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

/// @title Test Dollar
/// @notice A token for test networks, worthless by design: anybody mints as often as it likes. Like a well-known
/// dollar it has 6 decimals, EIP-2612 permits and EIP-3009 authorisations.
contract TestDollar is ERC20Permit, ERC3009 {
    /// @notice The most that one call mints: more than the largest agreement or stake. Without a bound, one call would
    /// bring the supply to where nobody else can mint; so it takes 2^144.
    uint256 public constant MAX_MINT = type(uint112).max;

    /// @notice Thrown when one call should mint more than {MAX_MINT}: make several.
    error MintTooLarge(uint256 amount, uint256 maximum);

    constructor() ERC20("Test Dollar", "TUSD") ERC20Permit("Test Dollar") {}

    /// @notice Mints for free.
    /// @param to Who receives it.
    /// @param amount Millionths of a test dollar, at most {MAX_MINT}.
    function mint(address to, uint256 amount) external {
        require(amount <= MAX_MINT, MintTooLarge(amount, MAX_MINT));
        _mint(to, amount);
    }

    /// @inheritdoc ERC20
    function decimals() public pure override returns (uint8) {
        return 6;
    }
}

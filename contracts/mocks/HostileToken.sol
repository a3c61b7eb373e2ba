// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token that misbehaves on demand, for tests
contract HostileToken is ERC20 {
    /// @notice How transfers behave, from next on.
    enum Mode {
        Honest,
        /// The recipient gets one unit less.
        RecipientPays,
        /// The sender loses one unit more.
        SenderPays,
        /// Nothing moves, and the return value says so.
        ReturnsFalse,
        /// Nothing moves, and the return value denies it.
        Lies,
        /// Reverts with 60,000 bytes, which whoever reads them pays for.
        RevertsAtLength
    }

    Mode public mode;
    /// @notice Who can neither send nor receive.
    mapping(address account => bool) public blocked;
    /// @notice What is called in the middle of every transfer, when set.
    address public target;
    bytes public callData;
    /// @notice What that call returned or reverted with.
    bytes public result;

    constructor() ERC20("Hostile Token", "HOST") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @dev Together with {mint}: balances that change by themselves.
    function burn(address from, uint256 amount) external {
        _burn(from, amount);
    }

    function setBlocked(address account, bool blocked_) external {
        blocked[account] = blocked_;
    }

    function setMode(Mode mode_) external {
        mode = mode_;
    }

    function arm(address target_, bytes calldata callData_) external {
        target = target_;
        callData = callData_;
    }

    /// @dev An authorisation that checks no signature: what this token's word is worth.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256,
        uint256,
        bytes32,
        uint8,
        bytes32,
        bytes32
    ) external {
        _move(from, to, value);
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        return _move(msg.sender, to, value);
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        _spendAllowance(from, msg.sender, value);
        return _move(from, to, value);
    }

    function _move(address from, address to, uint256 value) private returns (bool) {
        if (mode == Mode.Lies || mode == Mode.ReturnsFalse) return mode == Mode.Lies;
        if (mode == Mode.RevertsAtLength) {
            assembly ("memory-safe") {
                revert(0, 60000)
            }
        }
        require(!blocked[from] && !blocked[to], "blocked");
        _transfer(from, to, value);
        if (mode == Mode.RecipientPays) _burn(to, 1);
        if (mode == Mode.SenderPays) _burn(from, 1);
        if (target != address(0)) (, result) = target.call(callData);
        return true;
    }
}

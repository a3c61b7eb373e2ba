// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Case, IArbitrator} from "../interfaces/IArbitrator.sol";
import {IIntentEscrow} from "../interfaces/IIntentEscrow.sol";

/// @title An arbitrator that says what it is told to say, or misbehaves on demand, for tests
/// @dev Takes its bond from the ledger of whoever calls, so it has to be one of that ledger's modules.
contract TestArbitrator is IArbitrator {
    /// @notice How it answers, from next on.
    enum Mode {
        Honest,
        Reverts,
        BurnsGas
    }

    /// @inheritdoc IArbitrator
    uint32 public maxDuration = 1 days;
    Mode public mode;
    /// @notice What {rulingOf} returns, byte by byte.
    bytes public answer = abi.encode(Ruling.Pending, 0);
    /// @notice The case that came last.
    Case public last;
    /// @notice What is called at the arbitrable in the middle of {createDispute}, when set.
    bytes public callData;
    /// @notice What that call returned or reverted with.
    bytes public result;

    function setMaxDuration(uint32 maxDuration_) external {
        maxDuration = maxDuration_;
    }

    function setMode(Mode mode_) external {
        mode = mode_;
    }

    function setAnswer(bytes calldata answer_) external {
        answer = answer_;
    }

    function arm(bytes calldata callData_) external {
        callData = callData_;
    }

    /// @inheritdoc IArbitrator
    function createDispute(Case calldata dispute) external {
        _misbehave();
        last = dispute;
        IIntentEscrow(msg.sender).treasury().take(dispute.token, dispute.bonder, bondFor(dispute.amount));
        if (callData.length != 0) (, result) = msg.sender.call(callData);
    }

    /// @inheritdoc IArbitrator
    function rulingOf(address, bytes32) external view returns (Ruling, uint16) {
        _misbehave();
        bytes memory raw = answer;
        assembly ("memory-safe") {
            return(add(raw, 0x20), mload(raw))
        }
    }

    /// @inheritdoc IArbitrator
    function bondFor(uint256 amount) public pure returns (uint256) {
        return amount / 10;
    }

    function _misbehave() private view {
        require(mode != Mode.Reverts, "told to revert");
        if (mode == Mode.BurnsGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
    }
}

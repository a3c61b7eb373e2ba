// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIntentEscrow} from "../interfaces/IIntentEscrow.sol";
import {ILedger} from "../interfaces/ILedger.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";

/// @title Everything that a model can be compared with, in one call, for tests
contract StateReader {
    /// @notice Whose stake, behind which agent, for which module.
    struct PositionKey {
        uint256 agentId;
        address depositor;
        address module;
    }

    /// @notice Whose mandate, for which agent.
    struct MandateKey {
        address owner;
        uint256 agentId;
    }

    IIntentEscrow private immutable _escrow;
    ILedger private immutable _ledger;
    IStakeVault private immutable _vault;
    address private immutable _token;

    constructor(IIntentEscrow escrow, address token) {
        (_escrow, _ledger, _vault, _token) = (escrow, escrow.treasury(), escrow.treasury(), token);
    }

    /// @notice The time; per account balance, fees, tokens and compensation; per position staked, locked, queued and
    /// when that is available; per mandate what was spent; per agreement its record; what is to be burned.
    function read(
        address[] calldata accounts,
        PositionKey[] calldata positions,
        MandateKey[] calldata mandates,
        bytes32[] calldata ids
    ) external view returns (uint256[] memory words) {
        words = new uint256[](2 + 4 * accounts.length + 4 * positions.length + mandates.length + 5 * ids.length);
        (words[0], words[1]) = (block.timestamp, _vault.toBurn());
        uint256 index = 2;
        for (uint256 i = 0; i < accounts.length; ++i) {
            words[index++] = _ledger.balanceOf(_token, accounts[i]);
            words[index++] = _ledger.feesOf(_token, accounts[i]);
            words[index++] = _vault.stakeToken().balanceOf(accounts[i]);
            words[index++] = _vault.claimable(accounts[i]);
        }
        for (uint256 i = 0; i < positions.length; ++i) {
            PositionKey calldata key = positions[i];
            (words[index], words[index + 1], words[index + 2], words[index + 3]) =
                _vault.positionOf(key.agentId, key.depositor, key.module);
            index += 4;
        }
        for (uint256 i = 0; i < mandates.length; ++i) {
            (,,, words[index++]) = _ledger.mandateOf(mandates[i].owner, mandates[i].agentId, _token);
        }
        for (uint256 i = 0; i < ids.length; ++i) {
            index = _readRecord(words, index, ids[i]);
        }
    }

    function _readRecord(uint256[] memory words, uint256 index, bytes32 id) private view returns (uint256) {
        IIntentEscrow.Status status;
        (status, words[index + 1], words[index + 2], words[index + 3], words[index + 4]) = _escrow.recordOf(id);
        words[index] = uint256(status);
        return index + 5;
    }
}

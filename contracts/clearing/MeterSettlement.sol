// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Claim, IClearingHouse, Market, Position, Reading} from "../interfaces/IClearingHouse.sol";
import {ILedger} from "../interfaces/ILedger.sol";
import {BoundedSignatures} from "../libraries/BoundedSignatures.sol";
import {LedgerBatch} from "../libraries/LedgerBatch.sol";
import {MerkleTree} from "../libraries/MerkleTree.sol";
import {Submissions} from "./Submissions.sol";

/// @title MeterSettlement
/// @notice The part of {IClearingHouse} that ends positions: by their meters, or by their schedules.
/// @dev Storage: `_settled`, market => slot => index / 256 => a bit for each position that was settled.
///
/// The reserves of all sellers are this contract's own balance in the ledger.
abstract contract MeterSettlement is Submissions {
    using BoundedSignatures for bytes;
    using LedgerBatch for ILedger;

    /// @dev What positions are settled by, and what they came to so far.
    struct Settlement {
        bytes32 market;
        uint64 slot;
        bytes32 root;
        uint256 retailPrice;
        uint256 excessPrice;
        uint256 capacity;
        /// What the balancing account could pay now, and what it is credited.
        uint256 funds;
        int256 balancing;
        /// Minor units of reserves that are given up.
        int256 reserves;
        address[] accounts;
        int256[] deltas;
    }

    uint256 private constant LOT = 1000;
    bytes32 private constant READING_TYPEHASH =
        keccak256("Reading(bytes32 market,uint64 slot,address account,uint64 imported,uint64 exported)");

    mapping(bytes32 market => mapping(uint64 slot => mapping(uint256 word => uint256))) private _settled;

    /// @inheritdoc IClearingHouse
    function settleReadings(bytes32 market, uint64 slot, Reading[] calldata readings) external {
        Market storage rules = _rules(market);
        uint256 end = _endOf(rules, slot);
        uint256 until = end + rules.readingWindow;
        require(block.timestamp >= end && block.timestamp <= until, ReadingsClosed(end, until, block.timestamp));
        Settlement memory settlement = _settlement(rules, market, slot, readings.length);
        for (uint256 i = 0; i < readings.length; ++i) {
            Refusal refusal = _settleReading(settlement, readings[i], i);
            if (refusal != Refusal.None) emit ClaimRefused(market, slot, readings[i].claim.position.account, refusal);
        }
        _pay(rules, settlement);
    }

    /// @inheritdoc IClearingHouse
    function settleSchedules(bytes32 market, uint64 slot, Claim[] calldata claims) external {
        Market storage rules = _rules(market);
        uint256 until = _endOf(rules, slot) + rules.readingWindow;
        require(block.timestamp > until, ReadingsOpen(until, block.timestamp));
        Settlement memory settlement = _settlement(rules, market, slot, claims.length);
        for (uint256 i = 0; i < claims.length; ++i) {
            Refusal refusal = _check(settlement, claims[i]);
            if (refusal == Refusal.None) _end(settlement, claims[i].position, i, 0);
            else emit ClaimRefused(market, slot, claims[i].position.account, refusal);
        }
        _pay(rules, settlement);
    }

    /// @inheritdoc IClearingHouse
    function isSettled(bytes32 market, uint64 slot, uint256 index) public view returns (bool) {
        return (_settled[market][slot][index / 256] >> (index % 256)) & 1 == 1;
    }

    function _settlement(Market storage rules, bytes32 market, uint64 slot, uint256 count)
        private
        view
        returns (Settlement memory settlement)
    {
        Slot storage record = _slots[market][slot];
        require(record.cleared, NotCleared(market, slot));
        (settlement.market, settlement.slot, settlement.root) = (market, slot, record.commitment);
        (settlement.retailPrice, settlement.excessPrice) = (rules.retailPrice, rules.excessPrice);
        settlement.capacity = rules.capacity;
        settlement.funds = ledger.balanceOf(rules.token, rules.balancing);
        settlement.accounts = new address[](count + 2);
        settlement.deltas = new int256[](count + 2);
    }

    /// @dev Whether the claim is a position of the slot that was not settled yet.
    function _check(Settlement memory settlement, Claim calldata claim) private view returns (Refusal) {
        Position calldata position = claim.position;
        bytes32 leaf = MerkleTree.leafOf(position.index, position.account, position.quantity);
        if (!MerkleProof.verifyCalldata(claim.proof, settlement.root, leaf)) return Refusal.NotPosition;
        bool settled = isSettled(settlement.market, settlement.slot, position.index);
        return settled ? Refusal.AlreadySettled : Refusal.None;
    }

    function _settleReading(Settlement memory settlement, Reading calldata reading, uint256 place)
        private
        returns (Refusal)
    {
        Refusal refusal = _check(settlement, reading.claim);
        if (refusal != Refusal.None) return refusal;
        Position calldata position = reading.claim.position;
        if (!_isSigned(settlement, reading)) return Refusal.InvalidSignature;
        int256 deviation = _deviation(settlement.capacity, reading);
        if (_excess(settlement, position, deviation) > settlement.funds) return Refusal.BalancingTooLow;
        _end(settlement, position, place, deviation);
        return Refusal.None;
    }

    function _isSigned(Settlement memory settlement, Reading calldata reading) private view returns (bool) {
        address account = reading.claim.position.account;
        address meter = meterOf(settlement.market, account);
        bytes32 structHash = keccak256(
            abi.encode(
                READING_TYPEHASH, settlement.market, settlement.slot, account, reading.imported, reading.exported
            )
        );
        return meter != address(0) && reading.signature.isFrom(meter, _digest(structHash));
    }

    /// @dev Wh that the meter saw beyond the schedule, below zero short of it.
    function _deviation(uint256 capacity, Reading calldata reading) private pure returns (int256) {
        int256 quantity = reading.claim.position.quantity;
        if (quantity < 0) return int256(Math.min(reading.exported, capacity)) + quantity;
        return int256(Math.min(reading.imported, capacity)) - quantity;
    }

    /// @dev What the balancing account owes for a position. What a buyer did not use it has still bought.
    function _excess(Settlement memory settlement, Position calldata position, int256 deviation)
        private
        pure
        returns (uint256)
    {
        bool isPaid = position.quantity < 0 && deviation > 0;
        return isPaid ? settlement.excessPrice * uint256(deviation) / LOT : 0;
    }

    /// @dev Ends a position. What a seller gets back and what is kept of its reserve add up to what was reserved.
    function _end(Settlement memory settlement, Position calldata position, uint256 place, int256 deviation) private {
        uint256 sold = position.quantity < 0 ? uint256(-position.quantity) : 0;
        uint256 missing = sold != 0 && deviation < 0 ? uint256(-deviation) : 0;
        uint256 reserve = settlement.retailPrice * sold / LOT;
        uint256 kept = reserve - settlement.retailPrice * (sold - missing) / LOT;
        uint256 excess = _excess(settlement, position, deviation);
        uint256 delta = reserve - kept + excess;

        _settled[settlement.market][settlement.slot][position.index / 256] |= 1 << (position.index % 256);
        settlement.accounts[place] = position.account;
        settlement.deltas[place] = int256(delta);
        settlement.reserves -= int256(reserve);
        settlement.balancing += int256(kept) - int256(excess);
        settlement.funds = settlement.funds + kept - excess;
        emit PositionSettled(settlement.market, settlement.slot, position.account, delta, deviation);
    }

    function _pay(Market storage rules, Settlement memory settlement) private {
        uint256 count = settlement.accounts.length - 2;
        (settlement.accounts[count], settlement.deltas[count]) = (address(this), settlement.reserves);
        (settlement.accounts[count + 1], settlement.deltas[count + 1]) = (rules.balancing, settlement.balancing);
        ledger.settleAll(rules.token, settlement.accounts, settlement.deltas);
    }
}

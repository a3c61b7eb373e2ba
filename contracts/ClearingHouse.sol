// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MeterSettlement} from "./clearing/MeterSettlement.sol";
import {Markets} from "./clearing/Markets.sol";
import {IClearingHouse, Market} from "./interfaces/IClearingHouse.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {LedgerBatch} from "./libraries/LedgerBatch.sol";
import {MerkleTree} from "./libraries/MerkleTree.sol";
import {OrderBook} from "./libraries/OrderBook.sol";
import {SaltedEIP712} from "./libraries/SaltedEIP712.sol";
import {UniformPrice} from "./libraries/UniformPrice.sol";

/// @title ClearingHouse
/// @notice See {IClearingHouse}. Nobody administers it or pauses it.
/// @dev Its parts build on each other: {Markets}, {Submissions}, {MeterSettlement}, each with its storage; this one
/// adds none. No call leaves for a contract other than the ledger but to ask for a signature, statically, so nothing
/// can come back in between.
contract ClearingHouse is MeterSettlement {
    using LedgerBatch for ILedger;
    using OrderBook for uint256[];

    /// @param ledger_ The ledger, deployed before with this contract's address among its modules.
    /// @param salt Random bytes, new for every deployment.
    constructor(ILedger ledger_, bytes32 salt) Markets(ledger_) SaltedEIP712(salt) {}

    /// @inheritdoc IClearingHouse
    function clear(bytes32 market, uint64 slot, uint256[] calldata book, int64 hint) external {
        Market storage rules = _rules(market);
        _requireClearable(rules, slot);
        Slot storage record = _slots[market][slot];
        uint256 count = record.count;
        require(count != 0 && !record.cleared, NothingToClear(market, slot));
        (bytes32 chain, address[] memory accounts) = book.read(count, 2);
        require(chain == record.commitment, WrongBook(record.commitment, chain));

        (accounts[count], accounts[count + 1]) = (address(this), rules.feeAccount);
        address token = rules.token;
        UniformPrice.Outcome memory outcome = UniformPrice.clear(
            book,
            count,
            ledger.balances(token, accounts),
            UniformPrice.Rules(rules.minPrice, rules.maxPrice, int256(uint256(rules.retailPrice))),
            hint
        );
        int64 price = int64(outcome.price);
        bytes32 root = MerkleTree.rootOf(accounts, outcome.fills);
        (record.commitment, record.cleared, record.price) = (root, true, price);
        emit Cleared(market, slot, price, outcome.quantity, root, outcome.voided);
        ledger.settleAll(token, accounts, outcome.deltas);
    }

    function _requireClearable(Market storage rules, uint64 slot) private view {
        (uint256 gate, uint256 end) = (_gateOf(rules, slot), _endOf(rules, slot));
        bool clearable = block.timestamp >= gate && block.timestamp < end;
        require(clearable, NotClearable(slot, gate, end, block.timestamp));
    }
}

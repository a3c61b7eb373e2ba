// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIntentEscrow} from "../../../contracts/interfaces/IIntentEscrow.sol";
import {IStakeVault} from "../../../contracts/interfaces/IStakeVault.sol";
import {Ghost} from "./Ghost.sol";
import {Handler} from "./Handler.sol";

/// @notice What holds after every call, whatever anybody does.
contract InvariantsTest {
    uint256 private constant ACTORS = 4;

    Handler private _handler;

    function setUp() external {
        _handler = new Handler();
    }

    /// @dev Read by the runner: it calls nothing else.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_moneyIsConserved() external view {
        uint256 fees = _balance(_handler.ledger().feeRecipient());
        uint256 sum;
        for (uint256 i = 0; i < ACTORS; ++i) {
            sum += _balance(_handler.actors(i));
            fees += _handler.ledger().feesOf(address(_handler.token()), _handler.actors(i));
        }
        uint256 escrowed = _escrowed();
        sum += fees + escrowed;
        require(fees == _handler.fees(), "fees differ");
        require(_handler.deposited() - _handler.withdrawn() == sum, "balances are not what came in and stayed");
        require(_handler.token().balanceOf(address(_handler.ledger())) >= sum, "the ledger owes more than it has");
        require(
            _handler.paid() == _handler.received() + _handler.fees() + _handler.refunded() + escrowed,
            "paid is not received, fee, refunded or in escrow"
        );
        require(bytes(_handler.breach()).length == 0, _handler.breach());
    }

    function invariant_stakeIsConserved() external view {
        IStakeVault vault = _handler.vault();
        uint256 sum;
        for (uint256 agentId = 1; agentId <= ACTORS; ++agentId) {
            for (uint256 i = 0; i < ACTORS; ++i) {
                address depositor = _handler.actors(i);
                (uint128 staked, uint128 locked, uint128 queued,) =
                    vault.positionOf(agentId, depositor, address(_handler.escrow()));
                require(locked <= staked && queued <= staked, "more is locked or queued than staked");
                require(locked == _liveLocks(agentId, depositor), "locked is not the sum of live locks");
                sum += staked;
            }
        }
        require(sum + _handler.slashed() == _handler.staked(), "stake is not what came in and stayed");
        uint256 owed = vault.toBurn();
        for (uint256 i = 0; i < ACTORS; ++i) {
            owed += vault.claimable(_handler.actors(i));
        }
        require(owed + _handler.claimed() + _handler.burned() == _handler.slashed(), "a slash went astray");
        require(_handler.token().balanceOf(address(vault)) >= sum + owed, "the vault owes more than it has");
        require(bytes(_handler.breach()).length == 0, _handler.breach());
    }

    function _balance(address account) private view returns (uint256) {
        return _handler.ledger().balanceOf(address(_handler.token()), account);
    }

    /// @dev What open agreements have in escrow; each is as it was left.
    function _escrowed() private view returns (uint256 sum) {
        for (uint256 i = 0; i < _handler.dealCount(); ++i) {
            Ghost.Deal memory deal = _handler.deal(i);
            (IIntentEscrow.Status status, uint256 received, uint256 fee) = _handler.escrow().receiptOf(deal.agreement);
            require(status == deal.status, "a status changed by itself");
            require(received + fee == deal.paid, "a payment changed by itself");
            if (status == IIntentEscrow.Status.Open) sum += deal.payment - deal.paid;
        }
    }

    function _liveLocks(uint256 agentId, address depositor) private view returns (uint256 sum) {
        for (uint256 i = 0; i < _handler.dealCount(); ++i) {
            Ghost.Deal memory deal = _handler.deal(i);
            bool live = deal.status == IIntentEscrow.Status.Open;
            bool same = deal.agreement.agentId == agentId && deal.agreement.staker == depositor;
            if (live && same) sum += deal.agreement.exposure;
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgreementPacking} from "../AgreementPacking.sol";
import {Agreement, IIntentEscrow} from "../../../../contracts/interfaces/IIntentEscrow.sol";
import {IntentEscrow} from "../../../../contracts/IntentEscrow.sol";
import {TestArbitrator} from "../../../../contracts/mocks/TestArbitrator.sol";
import {Ghost} from "./Ghost.sol";
import {MarketTest} from "./MarketTest.sol";
import {vm} from "../Vm.sol";

/// @notice Whatever happened: nothing that nobody may do, and everything ends.
contract ExitInvariantsTest is MarketTest {
    using AgreementPacking for Agreement;

    address private constant STRANGER = address(0x57A);

    /// @dev No exit from a terminal state; nonces, slashes and agreements count once; nothing comes of what was never
    /// funded; terms, conditions and arbitrator are those that were signed; no key spends beyond its mandate.
    function invariant_nobodyDidWhatNobodyMay() external view {
        require(bytes(_handler.breach()).length == 0, _handler.breach());
    }

    /// @dev See {afterInvariant}, which the runner calls at the end of every sequence.
    function invariant_everyAgreementEnds() external view {
        require(_handler.dealCount() <= 40, "more agreements than there are");
    }

    /// @dev A stranger ends every agreement that is live, when its time has come and its arbitrator has died.
    function afterInvariant() external {
        TestArbitrator arbitrator = _handler.arbitrator();
        arbitrator.setMode(TestArbitrator.Mode.Reverts);
        vm.warp(block.timestamp + 200 days);
        Ghost.Deal[] memory deals = _deals();
        for (uint256 i = 0; i < deals.length; ++i) {
            if (_isLive(deals[i].status)) _end(deals[i]);
        }
    }

    function _end(Ghost.Deal memory deal) private {
        IntentEscrow escrow = _handler.escrow();
        uint256 payout = _worth(deal.a.payout);
        uint256 payer = _worth(deal.a.payer);
        vm.prank(STRANGER);
        if (deal.status == IIntentEscrow.Status.Open) escrow.refund(deal.a.encode());
        else if (deal.status == IIntentEscrow.Status.Delivered) escrow.claim(deal.a.encode(), deal.c);
        else escrow.resolve(deal.a.encode(), deal.c);
        (IIntentEscrow.Status status, uint256 paid,,,) = escrow.recordOf(deal.id);
        require(_handler.isFinal(status), "an agreement did not end");
        uint256 rest = deal.payment - deal.paid;
        if (deal.a.payout == deal.a.payer) {
            require(_worth(deal.a.payer) == payer + rest, "something stayed");
        } else {
            require(_worth(deal.a.payout) == payout + paid - deal.paid, "the seller's side got another amount");
            require(_worth(deal.a.payer) == payer + deal.payment - paid, "the payer got back another amount");
        }
    }

    /// @dev Balance and fees set aside.
    function _worth(address account) private view returns (uint256) {
        address token = address(_handler.token());
        return _handler.ledger().balanceOf(token, account) + _handler.ledger().feesOf(token, account);
    }
}

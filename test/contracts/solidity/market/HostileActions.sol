// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgreementPacking} from "../AgreementPacking.sol";
import {Agreement, Conditions, IIntentEscrow} from "../../../../contracts/interfaces/IIntentEscrow.sol";
import {AgreementHash} from "../../../../contracts/libraries/AgreementHash.sol";
import {EndActions} from "./EndActions.sol";
import {vm} from "../Vm.sol";

/// @notice What hostile people try with agreements. Whatever succeeds is a breach.
abstract contract HostileActions is EndActions {
    using AgreementPacking for Agreement;

    address private constant THIEF = address(0xBAD);

    /// @notice One of the attacks, so that the runner does not attack more than it trades.
    function attack(uint256 which, uint256 seed, uint256 how) external watched {
        which %= 7;
        if (which == 0) _replay(seed);
        else if (which == 1) _endAgain(seed, how);
        else if (which == 2) _endUnfunded(seed, how);
        else if (which == 3) _stealPayment(seed, uint64(how));
        else if (which == 4) _untimely(seed);
        else if (which == 5) _forge(seed, how);
        else _meddle(seed);
    }

    /// @dev Opens again what was opened, ended or revoked before, with the true signatures and the money there.
    function _replay(uint256 seed) private {
        if (_deals.length == 0) return;
        Deal memory made = _deals[seed % _deals.length];
        bytes memory buyers = _sign(made.a.buyer, made.id);
        bytes memory sellers = _sign(made.a.seller, made.id);
        _mustFail(
            made.a.seller, abi.encodeCall(escrow.open, (made.a.encode(), buyers, sellers, "")), "an agreement was opened twice"
        );
    }

    /// @dev Ends once more what has ended, as whoever has the best claim.
    function _endAgain(uint256 seed, uint256 how) private {
        if (_deals.length == 0) return;
        Deal memory made = _deals[seed % _deals.length];
        if (!isFinal(made.status)) return;
        _tryAll(made, how, "an agreement ended twice");
    }

    /// @dev Gets something out of an agreement that nobody ever paid for.
    function _endUnfunded(uint256 seed, uint256 how) private {
        if (_unfunded.length == 0) return;
        Deal memory made = _unfunded[seed % _unfunded.length];
        _tryAll(made, how, "an agreement that was never funded ended");
    }

    /// @dev Takes the payment without the buyer's word.
    function _stealPayment(uint256 seed, uint64 quantity) private {
        (bool found, uint256 index) = _find(seed, _isUnsettled);
        if (!found) return;
        Deal memory made = _deals[index];
        bytes32 structHash = AgreementHash.hashRelease(made.id, quantity, false, 0);
        bytes memory forged = _signStruct(made.a.seller, structHash);
        bytes memory call = abi.encodeCall(escrow.settle, (made.a.encode(), quantity, false, bytes32(0), forged));
        _mustFail(made.a.seller, call, "a seller released its own payment");
        call = abi.encodeCall(escrow.settle, (made.a.encode(), made.a.quantity, false, bytes32(0), ""));
        _mustFail(made.a.seller, call, "a payment went without a release");
        if (made.c.meter == made.a.seller) return;
        bytes memory reading = _signStruct(made.a.seller, _readingHash(made));
        call = abi.encodeCall(escrow.settleByMeter, (made.a.encode(), made.c, made.a.quantity, reading));
        _mustFail(made.a.seller, call, "a seller read another's meter");
    }

    /// @dev Ends an agreement before its time, or in another way than its status allows.
    function _untimely(uint256 seed) private {
        if (_deals.length == 0) return;
        Deal memory made = _deals[seed % _deals.length];
        if (made.status == IIntentEscrow.Status.Open && _now <= made.a.deadline) {
            _mustFail(made.a.payer, abi.encodeCall(escrow.refund, (made.a.encode())), "refunded before the deadline");
        }
        if (made.status == IIntentEscrow.Status.Open) {
            _mustFail(made.a.buyer, abi.encodeCall(escrow.claim, (made.a.encode(), made.c)), "claimed what nobody delivered");
            _mustFail(made.a.buyer, abi.encodeCall(escrow.dispute, (made.a.encode(), made.c, "")), "disputed nothing");
        }
        if (made.status == IIntentEscrow.Status.Delivered) {
            _mustFail(made.a.payer, abi.encodeCall(escrow.refund, (made.a.encode())), "refunded what was delivered");
            _mustFail(made.a.buyer, abi.encodeCall(escrow.cancel, (made.a.encode(), made.c)), "cancelled what was delivered");
        }
        if (made.status == IIntentEscrow.Status.Delivered && _now <= _windowEnd(made)) {
            _mustFail(made.a.seller, abi.encodeCall(escrow.claim, (made.a.encode(), made.c)), "claimed within the window");
        }
        if (made.status == IIntentEscrow.Status.Disputed) {
            (,,,, uint256 disputedAt) = escrow.recordOf(made.id);
            if (_now > disputedAt + escrow.MAX_ARBITRATION()) return;
            _mustFail(made.a.seller, abi.encodeCall(escrow.resolve, (made.a.encode(), made.c)), "resolved without a ruling");
        }
    }

    /// @dev Shows other terms or conditions than were signed, to whoever gains by it.
    function _forge(uint256 seed, uint256 field) private {
        if (_deals.length == 0) return;
        Deal memory made = _deals[seed % _deals.length];
        Agreement memory a = made.a;
        Conditions memory c = made.c;
        if (field % 8 == 0) a.quantity += 1;
        if (field % 8 == 1) a.payout = THIEF;
        if (field % 8 == 2) a.feeBps = 0;
        if (field % 8 == 3) a.deadline = a.expiry;
        if (field % 8 == 4) c.arbitrator = THIEF;
        if (field % 8 == 5) c.meter = THIEF;
        if (field % 8 == 6) c.window += 1;
        if (field % 8 == 7) a.conditions = bytes32(seed);
        made.id = escrow.idOf(a.encode());
        if (field % 8 > 3 && field % 8 < 7) made.id = 0;
        _tryAll(made, seed >> 8, "terms counted that nobody signed");
    }

    /// @dev A stranger ends what only parties may end.
    function _meddle(uint256 seed) private {
        if (_deals.length == 0) return;
        Deal memory made = _deals[seed % _deals.length];
        _mustFail(THIEF, abi.encodeCall(escrow.cancel, (made.a.encode(), made.c)), "a stranger cancelled");
        _mustFail(THIEF, abi.encodeCall(escrow.dispute, (made.a.encode(), made.c, "")), "a stranger disputed");
        _mustFail(THIEF, abi.encodeCall(escrow.deliver, (made.a.encode(), made.c, 1, 0, "")), "a stranger delivered");
        _mustFail(THIEF, abi.encodeCall(escrow.revoke, (made.a.encode())), "a stranger revoked");
    }

    /// @dev Every way out, each by whom it is for. Refund and plain settlement show no conditions.
    function _tryAll(Deal memory made, uint256 how, string memory reason) private {
        bytes memory reading = _signStruct(made.c.meter == THIEF ? actors[0] : made.c.meter, _readingHash(made));
        bytes[8] memory calls = [
            abi.encodeCall(escrow.claim, (made.a.encode(), made.c)),
            abi.encodeCall(escrow.resolve, (made.a.encode(), made.c)),
            abi.encodeCall(escrow.cancel, (made.a.encode(), made.c)),
            abi.encodeCall(escrow.dispute, (made.a.encode(), made.c, "")),
            abi.encodeCall(escrow.deliver, (made.a.encode(), made.c, made.a.quantity, 0, "")),
            abi.encodeCall(escrow.settleByMeter, (made.a.encode(), made.c, made.a.quantity, reading)),
            abi.encodeCall(escrow.refund, (made.a.encode())),
            abi.encodeCall(escrow.settle, (made.a.encode(), made.a.quantity, false, 0, ""))
        ];
        // Without an id of its own it is the true agreement under other conditions; what shows none is lawful.
        uint256 choice = how % (made.id == 0 ? 6 : 8);
        bool bySeller = choice < 3 || choice == 4;
        _mustFail(bySeller ? made.a.seller : made.a.buyer, calls[choice], reason);
    }

    function _readingHash(Deal memory made) private pure returns (bytes32) {
        return AgreementHash.hashReading(made.id, made.a.quantity);
    }

    function _mustFail(address caller, bytes memory call, string memory reason) private {
        vm.prank(caller);
        (bool done,) = address(escrow).call(call);
        if (done) breach = reason;
    }
}

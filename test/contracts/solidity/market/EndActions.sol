// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgreementPacking} from "../AgreementPacking.sol";
import {IArbitrator} from "../../../../contracts/interfaces/IArbitrator.sol";
import {Agreement, IIntentEscrow} from "../../../../contracts/interfaces/IIntentEscrow.sol";
import {AgreementHash} from "../../../../contracts/libraries/AgreementHash.sol";
import {OpenActions} from "./OpenActions.sol";
import {vm} from "../Vm.sol";

/// @notice What honest people do with open agreements. Nothing here may fail.
abstract contract EndActions is OpenActions {
    using AgreementPacking for Agreement;

    function settle(uint256 seed, uint64 quantity, bool last, bool inPerson) external watched {
        (bool found, uint256 index) = _find(seed, _isUnsettled);
        if (!found) return;
        Deal memory made = _deals[index];
        quantity = uint64(quantity % (made.a.quantity + 1));
        if (escrow.paymentOf(made.a.encode(), quantity) <= made.paid) return;
        bytes memory release;
        if (last || !inPerson) {
            release = _signStruct(made.a.buyer, AgreementHash.hashRelease(made.id, quantity, last, bytes32(seed)));
        }
        vm.prank(last ? made.a.seller : inPerson ? made.a.buyer : _actor(seed));
        escrow.settle(made.a.encode(), quantity, last, bytes32(seed), release);
    }

    function deliver(uint256 seed, uint64 quantity, bool inPerson) external watched {
        _deliver(seed, quantity, inPerson);
    }

    /// @notice The same once more: disputes and silence need it.
    function deliverAnother(uint256 seed, uint64 quantity, bool inPerson) external watched {
        _deliver(seed, quantity, inPerson);
    }

    function _deliver(uint256 seed, uint64 quantity, bool inPerson) private {
        (bool found, uint256 index) = _find(seed, _isDeliverable);
        if (!found) return;
        Deal memory made = _deals[index];
        if (!_await(made.c.start, seed)) return;
        quantity = 1 + quantity % made.a.quantity;
        bytes memory evidence;
        if (!inPerson) evidence = _signStruct(made.a.seller, AgreementHash.hashEvidence(made.id, quantity, 0));
        vm.prank(inPerson ? made.a.seller : _actor(seed));
        escrow.deliver(made.a.encode(), made.c, quantity, 0, evidence);
    }

    function claim(uint256 seed) external watched {
        (bool found, uint256 index) = _find(seed, _isDelivered);
        if (!found) return;
        Deal memory made = _deals[index];
        if (!_await(_windowEnd(made) + 1, seed)) return;
        escrow.claim(made.a.encode(), made.c);
    }

    function settleByMeter(uint256 seed, uint64 quantity) external watched {
        (bool found, uint256 index) = _find(seed, _isUnsettled);
        if (!found) return;
        Deal memory made = _deals[index];
        if (!_await(made.c.end, seed)) return;
        quantity = uint64(quantity % (2 * made.a.quantity));
        bytes memory reading = _signStruct(made.c.meter, AgreementHash.hashReading(made.id, quantity));
        escrow.settleByMeter(made.a.encode(), made.c, quantity, reading);
    }

    function dispute(uint256 seed, bool byPayer) external watched {
        (bool found, uint256 index) = _find(seed, _isDisputable);
        if (!found) return;
        Deal memory made = _deals[index];
        uint256 reported = _reported(made);
        address plaintiff = byPayer ? made.a.payer : made.a.buyer;
        if (made.c.arbitrator != address(0)) {
            uint256 bond = arbitrator.bondFor(reported - made.paid);
            _prefund(plaintiff, bond);
            bonds += bond;
        }
        vm.prank(plaintiff);
        escrow.dispute(made.a.encode(), made.c, "");
    }

    /// @notice As the arbitrator rules; or when it says that it is silent; or when it never said anything.
    function resolve(uint256 seed, uint16 bps, uint256 how) external watched {
        (bool found, uint256 index) = _find(seed, _isDisputed);
        if (!found) return;
        (,,,, uint256 disputedAt) = escrow.recordOf(_deals[index].id);
        if (how % 4 == 0 && !_await(disputedAt + escrow.MAX_ARBITRATION() + 1, how >> 2)) return;
        IArbitrator.Ruling ruling = how % 4 == 1 ? IArbitrator.Ruling.Silent : IArbitrator.Ruling.Ruled;
        if (how % 4 != 0) arbitrator.setAnswer(abi.encode(ruling, bps % 10_001));
        escrow.resolve(_deals[index].a.encode(), _deals[index].c);
        arbitrator.setAnswer(abi.encode(IArbitrator.Ruling.Pending, 0));
    }

    function refund(uint256 seed) external watched {
        (bool found, uint256 index) = _find(seed, _isOpen);
        if (!found || !_await(uint256(_deals[index].a.deadline) + 1, seed)) return;
        escrow.refund(_deals[index].a.encode());
    }

    function cancel(uint256 seed, uint256 party) external watched {
        (bool found, uint256 index) = _find(seed, _isUnsettled);
        if (!found) return;
        Deal memory made = _deals[index];
        bool isSeller = party % 3 == 0 || made.status == IIntentEscrow.Status.Delivered || _now >= made.c.end;
        vm.prank(isSeller ? made.a.seller : party % 3 == 1 ? made.a.buyer : made.a.payer);
        escrow.cancel(made.a.encode(), made.c);
    }

    function _isDeliverable(Deal storage made) private view returns (bool) {
        return _isOpen(made) && _now <= made.a.deadline;
    }

    function _isDisputable(Deal storage made) private view returns (bool) {
        return _isDelivered(made) && _now <= _windowEnd(made) && _reported(made) > made.paid;
    }

    function _reported(Deal memory made) private view returns (uint256) {
        (,, uint64 quantity,,) = escrow.recordOf(made.id);
        return escrow.paymentOf(made.a.encode(), quantity);
    }

    function _windowEnd(Deal memory made) internal view returns (uint256) {
        (,,, uint256 deliveredAt,) = escrow.recordOf(made.id);
        return (deliveredAt > made.c.end ? deliveredAt : made.c.end) + made.c.window;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrator} from "../../../../contracts/interfaces/IArbitrator.sol";
import {IIntentEscrow} from "../../../../contracts/interfaces/IIntentEscrow.sol";
import {AgreementHash} from "../../../../contracts/libraries/AgreementHash.sol";
import {OpenActions} from "./OpenActions.sol";
import {vm} from "../Vm.sol";

/// @notice What honest people do with open agreements. Nothing here may fail.
abstract contract EndActions is OpenActions {
    IIntentEscrow.Status private constant OPEN = IIntentEscrow.Status.Open;
    IIntentEscrow.Status private constant DELIVERED = IIntentEscrow.Status.Delivered;

    function settle(uint256 seed, uint64 quantity, bool last, bool inPerson) external watched {
        (bool found, uint256 index) = _find(seed, OPEN, DELIVERED);
        if (!found) return;
        Deal memory made = _deals[index];
        quantity = uint64(quantity % (made.a.quantity + 1));
        if (escrow.paymentOf(made.a, quantity) <= made.paid) return;
        bytes memory release;
        if (last || !inPerson) {
            release = _signStruct(made.a.buyer, AgreementHash.hashRelease(made.id, quantity, last, bytes32(seed)));
        }
        vm.prank(last ? made.a.seller : inPerson ? made.a.buyer : _actor(seed));
        escrow.settle(made.a, quantity, last, bytes32(seed), release);
    }

    function deliver(uint256 seed, uint64 quantity, bool inPerson) external watched {
        (bool found, uint256 index) = _find(seed, OPEN);
        if (!found) return;
        Deal memory made = _deals[index];
        if (_now < made.c.start || _now > made.a.deadline) return;
        quantity = 1 + quantity % made.a.quantity;
        bytes memory evidence;
        if (!inPerson) evidence = _signStruct(made.a.seller, AgreementHash.hashEvidence(made.id, quantity, 0));
        vm.prank(inPerson ? made.a.seller : _actor(seed));
        escrow.deliver(made.a, made.c, quantity, 0, evidence);
    }

    function claim(uint256 seed) external watched {
        (bool found, uint256 index) = _find(seed, DELIVERED);
        if (!found) return;
        Deal memory made = _deals[index];
        if (_now <= _windowEnd(made)) return;
        escrow.claim(made.a, made.c);
    }

    function settleByMeter(uint256 seed, uint64 quantity) external watched {
        (bool found, uint256 index) = _find(seed, OPEN, DELIVERED);
        if (!found) return;
        Deal memory made = _deals[index];
        if (_now < made.c.end) return;
        quantity = uint64(quantity % (2 * made.a.quantity));
        bytes memory reading = _signStruct(made.c.meter, AgreementHash.hashReading(made.id, quantity));
        escrow.settleByMeter(made.a, made.c, quantity, reading);
    }

    function dispute(uint256 seed, bool byPayer) external watched {
        (bool found, uint256 index) = _find(seed, DELIVERED);
        if (!found) return;
        Deal memory made = _deals[index];
        (,, uint64 quantity,,) = escrow.recordOf(made.id);
        uint256 reported = escrow.paymentOf(made.a, quantity);
        if (_now > _windowEnd(made) || reported <= made.paid) return;
        address plaintiff = byPayer ? made.a.payer : made.a.buyer;
        if (made.c.arbitrator != address(0)) {
            uint256 bond = arbitrator.bondFor(reported - made.paid);
            _prefund(plaintiff, bond);
            bonds += bond;
        }
        vm.prank(plaintiff);
        escrow.dispute(made.a, made.c, "");
    }

    function resolve(uint256 seed, uint16 bps, bool silent) external watched {
        (bool found, uint256 index) = _find(seed, IIntentEscrow.Status.Disputed);
        if (!found) return;
        IArbitrator.Ruling ruling = silent ? IArbitrator.Ruling.Silent : IArbitrator.Ruling.Ruled;
        arbitrator.setAnswer(abi.encode(ruling, bps % 10_001));
        escrow.resolve(_deals[index].a, _deals[index].c);
        arbitrator.setAnswer(abi.encode(IArbitrator.Ruling.Pending, 0));
    }

    function refund(uint256 seed) external watched {
        (bool found, uint256 index) = _find(seed, OPEN);
        if (!found || _now <= _deals[index].a.deadline) return;
        escrow.refund(_deals[index].a);
    }

    function cancel(uint256 seed, uint256 party) external watched {
        (bool found, uint256 index) = _find(seed, OPEN, DELIVERED);
        if (!found) return;
        Deal memory made = _deals[index];
        bool isSeller = party % 3 == 0 || made.status == DELIVERED || _now >= made.c.end;
        vm.prank(isSeller ? made.a.seller : party % 3 == 1 ? made.a.buyer : made.a.payer);
        escrow.cancel(made.a, made.c);
    }

    function _windowEnd(Deal memory made) internal view returns (uint256) {
        (,,, uint256 deliveredAt,) = escrow.recordOf(made.id);
        return (deliveredAt > made.c.end ? deliveredAt : made.c.end) + made.c.window;
    }
}

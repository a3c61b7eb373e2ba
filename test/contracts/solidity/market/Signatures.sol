// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgreementPacking} from "../AgreementPacking.sol";
import {Agreement, IIntentEscrow} from "../../../../contracts/interfaces/IIntentEscrow.sol";
import {AgreementHash} from "../../../../contracts/libraries/AgreementHash.sol";
import {Singles} from "./Singles.sol";
import {vm} from "../Vm.sol";

/// @notice What signatures bind, whatever is signed and wherever the chain goes.
contract SignatureFuzzTest is Singles {
    using AgreementPacking for Agreement;

    /// @dev Any change of any bit is another agreement, or none at all.
    function testFuzz_idBindsEveryBit(Agreement calldata a, uint256 bit) external view {
        bytes memory call = abi.encodeCall(escrow.idOf, (a.encode()));
        bit %= (call.length - 4) * 8;
        bytes32 id = escrow.idOf(a.encode());
        call[4 + bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        (bool valid, bytes memory other) = address(escrow).staticcall(call);
        require(!valid || abi.decode(other, (bytes32)) != id, "two agreements, one id");
    }

    function testFuzz_garbageIsNoSignature(bytes calldata garbage) external {
        Agreement memory a = _agreement(1, 1000, 1);
        bytes memory sellers = _sign(a.seller, escrow.idOf(a.encode()));
        vm.expectRevert(abi.encodeWithSelector(IIntentEscrow.InvalidSignature.selector, a.buyer));
        escrow.open(a.encode(), garbage, sellers, "");
    }

    /// @dev The chain forks and changes its id while an agreement is open and another one is signed.
    function testFuzz_forkKeepsExitsAndReplaysNothing(uint32 forkId, bool settled) external {
        if (forkId == block.chainid) return;
        Agreement memory a = _agreement(5, 1000, 1);
        bytes32 id = _open(a);
        bytes32 separator = escrow.domainSeparator();
        bytes memory release = _release(a, id);
        Agreement memory signed = _agreement(6, 1000, 1);
        bytes memory buyers = _sign(a.buyer, escrow.idOf(signed.encode()));
        bytes memory sellers = _sign(a.seller, escrow.idOf(signed.encode()));
        _give(signed.payer, 6000);

        vm.chainId(forkId);
        require(escrow.domainSeparator() != separator, "the domain ignores the chain");
        require(escrow.idOf(a.encode()) == id, "an open agreement lost its id");
        vm.expectRevert(abi.encodeWithSelector(IIntentEscrow.InvalidSignature.selector, a.buyer));
        escrow.open(signed.encode(), buyers, sellers, "");
        vm.expectRevert(abi.encodeWithSelector(IIntentEscrow.InvalidSignature.selector, a.buyer));
        escrow.settle(a.encode(), 5, false, 0, release);

        vm.warp(uint256(a.deadline) + 1);
        if (settled) escrow.settle(a.encode(), 5, false, 0, _release(a, id));
        else escrow.refund(a.encode());
        IIntentEscrow.Status ended = settled ? IIntentEscrow.Status.Settled : IIntentEscrow.Status.Refunded;
        require(escrow.statusOf(id) == ended, "the exit is another agreement's");
    }

    /// @dev What is signed for the fork opens on the fork.
    function testFuzz_forkTradesOn(uint32 forkId) external {
        vm.chainId(forkId);
        Agreement memory a = _agreement(5, 1000, 1);
        _give(a.payer, 5000);
        bytes32 structHash = AgreementHash.hash(a);
        bytes32 id = escrow.open(a.encode(), _signStruct(a.buyer, structHash), _signStruct(a.seller, structHash), "");
        require(escrow.statusOf(id) == IIntentEscrow.Status.Open, "not open");
        require(escrow.idOf(a.encode()) == id, "another id");
    }

    function _release(Agreement memory a, bytes32 id) private view returns (bytes memory) {
        return _signStruct(a.buyer, AgreementHash.hashRelease(id, 5, false, 0));
    }
}

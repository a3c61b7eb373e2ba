// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChunkChallenge, LearningTask, ProposalStatus} from "../../../../contracts/interfaces/LearningTypes.sol";
import {LearningGhost} from "./LearningGhost.sol";

/// @notice What participants and requesters do, in any order, allowed or not.
abstract contract LearningActions is LearningGhost {
    modifier some() {
        if (_rounds.length == 0) return;
        _;
    }

    function open(uint256 seed) external timed {
        if (_rounds.length == MAX_ROUNDS) return;
        LearningTask memory task = _task(seed, _now, _rounds.length);
        uint256 before = balances();
        if (!_try(seed, address(rounds), abi.encodeCall(rounds.openTask, (task)))) {
            breach = "a good task was refused";
            return;
        }
        if (before - balances() != _escrowed(task)) breach = "another amount was escrowed";
        Round storage made = _rounds.push();
        made.task = task;
        made.id = rounds.idOf(task);
        made.canary = seed % VECTORS;
    }

    function pass(uint256 time) external {
        _now += time % 120;
        _block += 1 + time % 3;
    }

    function cancel(uint256 which, uint256 actor) external timed some {
        which = _which(which);
        uint256 before = balances();
        _try(actor, address(rounds), abi.encodeCall(rounds.cancelTask, (_rounds[which].task)));
        _rounds[which].paid += balances() - before;
    }

    function commit(uint256 which, uint256 actor, uint256 vector) external timed some {
        Round storage made = _rounds[_which(which)];
        vector %= VECTORS;
        bytes32 commitment = _updateCommitment(made.id, actors[actor % ACTORS], vector);
        uint256 index = rounds.roundOf(made.id).participants;
        bool done = _try(actor, address(rounds), abi.encodeCall(rounds.commitUpdate, (made.task, commitment)));
        if (done) _chosen[made.id][index] = vector;
    }

    function reveal(uint256 which, uint256 index, uint256 actor, bool honest) external timed some {
        Round storage made = _rounds[_which(which)];
        index %= 6;
        uint256 vector = _chosen[made.id][index];
        bytes32 root = _root(_vector(honest ? vector : vector + 1));
        bool done = _try(
            actor, address(rounds), abi.encodeCall(rounds.revealUpdate, (made.task, index, root, "", SALT))
        );
        if (done && !honest) breach = "another update was revealed than was committed to";
    }

    function slashParticipant(uint256 which, uint256 index) external timed some {
        Round storage made = _rounds[_which(which)];
        _try(which, address(rounds), abi.encodeCall(rounds.slashParticipant, (made.task, index % 6)));
    }

    /// @dev Proposes the right aggregate, or one that is off by one at a coordinate.
    function propose(uint256 which, uint256 actor, uint256 spoil) external timed some {
        Round storage made = _rounds[_which(which)];
        if (!_isOpen(made.id) || rounds.roundOf(made.id).updates == 0) return;
        spoil %= DIMENSION + 1;
        int256[] memory result = _result(made.id, made.task);
        if (spoil != 0) result[spoil - 1] += 1;
        bytes32 root = _root(result);
        bool done = _try(actor, address(rounds), abi.encodeCall(rounds.proposeResult, (made.task, root, "")));
        if (!done) return;
        made.proposals.push(root);
        _spoilt[made.id][root] = spoil;
    }

    /// @dev A right coordinate is never refuted, a wrong one always while there is time.
    function challenge(uint256 which, uint256 proposal, uint256 coordinate, uint256 actor) external timed some {
        Round storage made = _rounds[_which(which)];
        if (made.proposals.length == 0) return;
        bytes32 root = made.proposals[proposal % made.proposals.length];
        uint256 spoil = _spoilt[made.id][root];
        coordinate %= DIMENSION;
        bool standing = rounds.proposalOf(made.id, root).status == ProposalStatus.Standing;
        bool wrong = spoil == coordinate + 1;
        bool inTime = _isOpen(made.id) && _now > made.task.attestUntil && _now <= made.task.closeAt;

        ChunkChallenge memory proof = _challengeOf(made.id, made.task, root, spoil, coordinate);
        bool done = _try(actor, address(rounds), abi.encodeCall(rounds.challengeResult, (made.task, proof)));
        if (done != (standing && wrong && inTime)) breach = "a challenge did not end as it should";
        if (done) ++refuted;
    }

    function closeProposal(uint256 which, uint256 proposal) external timed some {
        Round storage made = _rounds[_which(which)];
        if (made.proposals.length == 0) return;
        bytes32 root = made.proposals[proposal % made.proposals.length];
        _try(which, address(rounds), abi.encodeCall(rounds.closeProposal, (made.task, root)));
    }

    function settle(uint256 which) external timed some {
        which = _which(which);
        _tryPaid(which, abi.encodeCall(rounds.settle, (_rounds[which].task)));
    }

    function claim(uint256 which, uint256 index) external timed some {
        which = _which(which);
        _tryPaid(which, abi.encodeCall(rounds.claim, (_rounds[which].task, index % 6)));
    }

    function claimSeat(uint256 which, uint256 seat) external timed some {
        which = _which(which);
        _tryPaid(which, abi.encodeCall(rounds.claimSeat, (_rounds[which].task, seat % 5)));
    }

    function claimResult(uint256 which) external timed some {
        which = _which(which);
        _tryPaid(which, abi.encodeCall(rounds.claimResult, (_rounds[which].task)));
    }

    function _escrowed(LearningTask memory task) internal pure returns (uint256) {
        return uint256(task.reward) + task.evaluationFee + task.aggregationFee;
    }

    /// @dev The right aggregate of the updates that count.
    function _result(bytes32 id, LearningTask memory task) internal view returns (int256[] memory result) {
        (uint256[] memory vectors,) = _countedVectors(id);
        result = new int256[](DIMENSION);
        for (uint256 i = 0; i < DIMENSION; ++i) {
            int256[] memory values = new int256[](vectors.length);
            for (uint256 j = 0; j < vectors.length; ++j) {
                values[j] = _vector(vectors[j])[i];
            }
            result[i] = rounds.aggregate(task.rule, task.trim, task.clip, values);
        }
    }

    function _countedVectors(bytes32 id) private view returns (uint256[] memory vectors, uint256 count) {
        uint256 counted = panel.countedOf(id);
        vectors = new uint256[](6);
        for (uint256 i = 0; i < 6; ++i) {
            if ((counted >> i) & 1 == 1) vectors[count++] = _chosen[id][i];
        }
        assembly ("memory-safe") {
            mstore(vectors, count)
        }
    }

    function _challengeOf(bytes32 id, LearningTask memory task, bytes32 root, uint256 spoil, uint256 coordinate)
        private
        view
        returns (ChunkChallenge memory proof)
    {
        int256[] memory claimed = _result(id, task);
        if (spoil != 0) claimed[spoil - 1] += 1;
        (uint256[] memory vectors, uint256 count) = _countedVectors(id);
        proof.resultRoot = root;
        (proof.chunkIndex, proof.coordinate) = (coordinate / CHUNK_SIZE, coordinate % CHUNK_SIZE);
        proof.resultChunk = _chunk(claimed, proof.chunkIndex);
        proof.resultProof = _proof(claimed, proof.chunkIndex);
        (proof.chunks, proof.proofs) = (new bytes[](count), new bytes32[][](count));
        for (uint256 i = 0; i < count; ++i) {
            proof.chunks[i] = _chunk(_vector(vectors[i]), proof.chunkIndex);
            proof.proofs[i] = _proof(_vector(vectors[i]), proof.chunkIndex);
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LearningTask} from "../interfaces/LearningTypes.sol";

/// @title LearningHash
/// @notice EIP-712 struct hashes of a task and of what its participants and evaluators commit to.
library LearningHash {
    bytes32 internal constant TASK_TYPEHASH = keccak256(
        "LearningTask(address requester,address token,uint128 reward,uint128 evaluationFee,uint128 aggregationFee,"
        "uint128 participantStake,uint128 evaluatorStake,uint8 rule,uint8 trim,uint8 maxParticipants,uint8 panel,"
        "uint32 clip,uint32 dimension,uint16 chunkSize,uint32 tolerance,uint64 commitUntil,uint64 revealUntil,"
        "uint64 attestUntil,uint64 scoreUntil,uint64 closeAt,bytes32 baseModel,bytes32 evaluationRoot,uint256 nonce)"
    );
    bytes32 internal constant UPDATE_TYPEHASH = keccak256(
        "UpdateCommitment(bytes32 task,address participant,bytes32 updateRoot,bytes32 contentId,bytes32 salt)"
    );
    bytes32 internal constant SCORE_TYPEHASH = keccak256(
        "ScoreCommitment(bytes32 task,address evaluator,int32[] scores,bytes32 resultRoot,bytes32 salt)"
    );

    /// @dev Every field is one word, so the ABI encoding of the struct is the encoding that EIP-712 asks for.
    function hash(LearningTask calldata task) internal pure returns (bytes32) {
        return keccak256(abi.encode(TASK_TYPEHASH, task));
    }

    function hashUpdate(bytes32 task, address participant, bytes32 updateRoot, bytes32 contentId, bytes32 salt)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(UPDATE_TYPEHASH, task, participant, updateRoot, contentId, salt));
    }

    /// @dev Packed, the elements of an array still take a word each, as EIP-712 asks for.
    function hashScores(bytes32 task, address evaluator, int32[] calldata scores, bytes32 resultRoot, bytes32 salt)
        internal
        pure
        returns (bytes32)
    {
        bytes32 list = keccak256(abi.encodePacked(scores));
        return keccak256(abi.encode(SCORE_TYPEHASH, task, evaluator, list, resultRoot, salt));
    }
}

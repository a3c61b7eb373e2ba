// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice How one coordinate of the aggregate follows from those of the updates. All clip each value to
/// [-clip, clip] first and round toward zero.
enum LearningRule {
    /// The mean.
    ClippedMean,
    /// The middle value; of an even number, the mean of the two middle ones.
    Median,
    /// The mean without the `trim` lowest and highest; when too few are there, without as many as leaves one or two.
    TrimmedMean
}

/// @notice What a requester asks for (EIP-712), in this order of fields. Amounts of money are minor units, instants
/// are Unix seconds and the last ones of their phase.
struct LearningTask {
    /// Pays.
    address requester;
    /// The token of the payments.
    address token;
    /// Shared by the participants.
    uint128 reward;
    /// Shared by the evaluators; what they do not earn goes to the participants.
    uint128 evaluationFee;
    /// For who proposes the result that stands; otherwise it goes to the participants.
    uint128 aggregationFee;
    /// Stake of a participant until it reveals, and of a proposer until the round is over; minor units of stake.
    uint128 participantStake;
    /// Stake of an evaluator.
    uint128 evaluatorStake;
    /// How updates are aggregated.
    LearningRule rule;
    /// TrimmedMean: how many are left out on each side (the f of the literature).
    uint8 trim;
    /// Most participants.
    uint8 maxParticipants;
    /// How many evaluators are drawn; 0 when the reward is shared equally in any case.
    uint8 panel;
    /// Bound of a coordinate's absolute value, in units of the fixed point.
    uint32 clip;
    /// How many coordinates the model has.
    uint32 dimension;
    /// How many coordinates one chunk has; the last may have fewer.
    uint16 chunkSize;
    /// How far two scores may lie apart and still agree.
    uint32 tolerance;
    /// Participants commit, evaluators enlist.
    uint64 commitUntil;
    /// Participants reveal, evaluators still enlist.
    uint64 revealUntil;
    /// The panel is drawn and attests which updates there are; the requester opens the hidden set.
    uint64 attestUntil;
    /// Results are proposed, evaluators commit to scores.
    uint64 scoreUntil;
    /// Scores are revealed, results still challenged. Then the round is over.
    uint64 closeAt;
    /// Hash of the model that the updates change.
    bytes32 baseModel;
    /// keccak256(abi.encode(setRoot, canary, salt)) of the hidden evaluation set.
    bytes32 evaluationRoot;
    /// Makes two otherwise equal tasks different.
    uint256 nonce;
}

/// @notice Where a round stands. Within Open, the clock says which phase it is. Cancelled and Settled are final.
enum RoundStatus {
    None,
    Open,
    Cancelled,
    Settled
}

/// @notice What the registry knows of a round. Masks have bit i for participant i, or for seat i.
struct LearningRound {
    // Slot 0.
    RoundStatus status;
    /// How many have committed.
    uint8 participants;
    /// Updates revealed, without copies.
    uint64 updates;
    /// The sum of the participants' weights, once settled.
    uint64 totalWeight;
    /// What rounding left of the pool; it goes to the first of them.
    uint8 dust;
    /// Seats of the panel that earn the evaluation fee.
    uint16 paidSeats;
    /// Of these, who was credited.
    uint16 claimedSeats;
    /// Whether the aggregation fee was credited.
    bool resultClaimed;
    // Slot 1.
    /// What participants share.
    uint128 pool;
    /// Participants with a weight.
    uint64 earning;
    /// Of these, who was credited.
    uint64 claimed;
    // Slot 2: the first proposal that was not refuted; once settled, the result that stands, zero when none does.
    bytes32 result;
}

/// @notice What became of a commitment.
enum UpdateStatus {
    None,
    Committed,
    Revealed,
    Slashed
}

/// @notice Somebody who committed to an update.
struct Participant {
    // Slot 0.
    address sender;
    uint64 agentId;
    UpdateStatus status;
    // Slot 1: the agent's owner, whose stake it is, and who is paid.
    address owner;
    // Slot 2: the commitment; once revealed, the root of the update.
    bytes32 root;
}

/// @notice What became of a proposed aggregate.
enum ProposalStatus {
    None,
    Standing,
    Refuted,
    Closed
}

/// @notice A proposed aggregate, in one slot. The owner is the proposer's, whose stake it is, and who is paid.
struct Proposal {
    address owner;
    uint64 agentId;
    ProposalStatus status;
}

/// @notice The proof that a proposed aggregate is wrong at one coordinate.
struct ChunkChallenge {
    /// The proposal.
    bytes32 resultRoot;
    /// A standing proposal to take its place, should it be the first one; zero for none.
    bytes32 successor;
    /// Which chunk.
    uint256 chunkIndex;
    /// Which coordinate of that chunk.
    uint256 coordinate;
    /// The chunk that the proposer claims, and its path to resultRoot.
    bytes resultChunk;
    bytes32[] resultProof;
    /// The same chunk of every update that counts, in the order of the participants, and their paths.
    bytes[] chunks;
    bytes32[][] proofs;
}

/// @notice What the panel knows of a round. Masks have bit i for seat i.
struct PanelState {
    // Slot 0.
    /// How many have enlisted.
    uint16 lots;
    /// How many seats were drawn.
    uint8 seatCount;
    /// The block whose hash draws them.
    uint64 drawBlock;
    /// Whether the hidden set was opened.
    bool opened;
    /// How many seats revealed, abstentions included.
    uint8 answers;
    /// How many of these gave scores.
    uint8 scorers;
    /// Seats whose stake was released or slashed.
    uint16 closedSeats;
    /// Whether the canary was opened, which update it is, and the score that the requester knew.
    bool canaryOpened;
    uint8 canaryIndex;
    int32 canaryScore;
    // Slot 1: the lot of each seat, 16 bits each, seat 0 lowest.
    uint256 seats;
    // Slot 2: keccak256(abi.encode(updateRoot, score, salt)), or zero for none.
    bytes32 canary;
}

/// @notice Somebody who offers to evaluate.
struct Lot {
    // Slot 0.
    address sender;
    uint64 agentId;
    bool released;
    // Slot 1: the agent's owner, whose stake it is, and who is paid.
    address owner;
}

/// @notice What an evaluator who was drawn has done.
struct Seat {
    // Slot 0. Of the updates, bit i for participant i: which are there.
    uint64 available;
    bool attested;
    bool answered;
    // Slot 1: the commitment; once revealed, the root of the aggregate that it computed.
    bytes32 root;
    // Slot 2, and eight to a slot.
    int32[] scores;
}

/// @notice What a panel's work comes to.
struct PanelOutcome {
    /// What each participant is paid by.
    uint32[] weights;
    /// Which seats earn the evaluation fee, bit i for seat i.
    uint16 agreeing;
    /// Whether the weights are scores; otherwise they are 1 for every update that counts.
    bool byScore;
    /// Whether any seat revealed.
    bool answered;
    /// The aggregate that more than half of those seats state, zero for none.
    bytes32 result;
}

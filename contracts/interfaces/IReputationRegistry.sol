// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AGREEMENT_WORDS, IIntentEscrow} from "./IIntentEscrow.sol";

/// @notice A token whose fees count in the score.
struct ReferenceToken {
    address token;
    /// Minor units of the token that make one unit of weight. Of two tokens, the units should be worth the same.
    uint128 unit;
}

/// @title The reputation registry of ERC-8004 (Trustless Agents), with a score that costs its price
/// @notice Clients leave feedback about agents. Anybody may, so feedback alone says little; feedback behind which
/// there is an agreement that paid a fee counts in the score of {scoreOf}.
///
/// Functions, events and behaviour are those of the public reference contracts (version 2.0.0), less their proxy
/// machinery. Where the reference reverts with a string, this one has an error:
///
/// | reference                   | here                                          |
/// |-----------------------------|-----------------------------------------------|
/// | "too many decimals"         | {TooManyDecimals}                             |
/// | "value too large"           | {ValueTooLarge}                               |
/// | "Self-feedback not allowed" | {SelfFeedback}                                |
/// | "index must be > 0"         | {IndexOutOfBounds}                            |
/// | "index out of bounds"       | {IndexOutOfBounds}                            |
/// | "Already revoked"           | {AlreadyRevoked}                              |
/// | "Empty URI"                 | {EmptyURI}                                    |
/// | "clientAddresses required"  | {ClientsRequired}                             |
/// | (a summary cut to 128 bits) | `SafeCastOverflowedIntDowncast`               |
///
/// ## The score
///
/// With settled feedback, a client rates one agreement, once, from 0 to 100. Its weight w is the protocol's fee of
/// the agreement in units of weight, at most {ownerCap}. Its rating r, in hundredths of a percent, is the value times
/// the share of the fee that was really taken: an agreement that was settled has paid its whole fee, one that was
/// resolved or refunded weighs what it would have paid, so that an agent that did not deliver is rated for it.
///
/// All clients of one owner (of the agent that the client speaks for, otherwise the client itself) count together:
/// with F the sum of their w and P the sum of their w * r, they contribute weight min(F, ownerCap) and the points
/// P * min(F, ownerCap) / F. With W and S the sums of these over all owners, and a prior of {PRIOR_RATING} with the
/// weight K = {priorWeight},
///
///     score = (S + K * PRIOR_RATING) / (W + K)
///
/// Each feedback and each revocation changes two slots, and reading takes one, however much there is.
///
/// ## What a false score costs
///
/// Whoever trades with itself pays the fees, and nothing else is lost but gas and time, since the payment comes back.
/// Fees are all that counts: S <= 10,000 * fees taken, whatever the values and however many the accounts. To lift a
/// new agent from the prior p to the score s (both from 0 to 1) takes at least the weight
///
///     W(s) = K * (s - p) / (1 - s)
///
/// hence W(s) units of fees, or a traded volume of W(s) * 10,000 / feeBps; and at least W(s) / ownerCap owners that
/// the registry knows nothing in common of, each with its own account, and each settling and rating at least once.
/// The weight is linear up to the cap and flat above. It is concave, as it should be, but not strictly so: a square
/// root would give n accounts that share a fee the weight of sqrt(n) times that fee, which pays for splitting. Under
/// min(f, cap) splitting gains nothing below the cap, and above it no more than was paid for.
///
/// To press an agent of weight W from score s down to t, a client must have bought from it, with its consent, for
/// fees of (W + K) * (s - t) / t, and paid the prices besides; one owner moves it by ownerCap / (W + K + ownerCap)
/// at most. An agent that does not deliver may be rated by whoever it let down, at no cost.
///
/// So a score protects what is worth less than its price. What the score does not see: it goes along when an agent is
/// sold; whoever receives the fees can fake one for gas; a reference token must be one that cannot be minted at will.
interface IReputationRegistry {
    /// @notice Emitted when a client leaves feedback.
    event NewFeedback(
        uint256 indexed agentId,
        address indexed clientAddress,
        uint64 feedbackIndex,
        int128 value,
        uint8 valueDecimals,
        string indexed indexedTag1,
        string tag1,
        string tag2,
        string endpoint,
        string feedbackURI,
        bytes32 feedbackHash
    );
    /// @notice Emitted, after {NewFeedback}, when an agreement stands behind the feedback.
    /// @param agentId The agent.
    /// @param clientAddress Who left the feedback.
    /// @param feedbackIndex Which one of that client's.
    /// @param agreement The agreement's id in the escrow.
    /// @param owner Whom it is credited to: all clients of one owner have one cap.
    /// @param weight Its weight, 0 when the fee was in no reference token.
    /// @param rating Its rating in hundredths of a percent.
    event FeedbackSettled(
        uint256 indexed agentId,
        address indexed clientAddress,
        uint64 feedbackIndex,
        bytes32 indexed agreement,
        address owner,
        uint32 weight,
        uint16 rating
    );
    /// @notice Emitted when a client takes feedback back.
    event FeedbackRevoked(uint256 indexed agentId, address indexed clientAddress, uint64 indexed feedbackIndex);
    /// @notice Emitted when somebody answers feedback.
    event ResponseAppended(
        uint256 indexed agentId,
        address indexed clientAddress,
        uint64 feedbackIndex,
        address indexed responder,
        string responseURI,
        bytes32 responseHash
    );

    /// @notice Thrown at deployment when a reference token is the zero address, is named twice or has no unit.
    error InvalidReferenceToken(address token, uint128 unit);
    /// @notice Thrown at deployment when the cap is 0 or above the prior's weight.
    error InvalidWeights(uint32 ownerCap, uint64 priorWeight);
    /// @notice Thrown when a value has more than 18 decimals.
    error TooManyDecimals(uint8 valueDecimals);
    /// @notice Thrown when the absolute value is above 1e38.
    error ValueTooLarge(int128 value);
    /// @notice Thrown when the account that speaks owns the agent or is approved for it. With settled feedback, when the
    /// client or whom it is credited to owns the agent: an approval takes nobody's word away.
    error SelfFeedback(address account, uint256 agentId);
    /// @notice Thrown when the client has left no feedback with this index; indices count from 1.
    error IndexOutOfBounds(uint64 feedbackIndex, uint64 lastIndex);
    /// @notice Thrown when the feedback was taken back before.
    error AlreadyRevoked(uint256 agentId, address clientAddress, uint64 feedbackIndex);
    /// @notice Thrown when a response points nowhere.
    error EmptyURI();
    /// @notice Thrown when a summary is asked for over no clients: over all of them, anybody could write it.
    error ClientsRequired();
    /// @notice Thrown when settled feedback has a value below 0 or above 100.
    error ValueOutOfRange(int128 value, uint8 valueDecimals);
    /// @notice Thrown when the caller is neither buyer nor payer of the agreement.
    error NotClient(address caller, bytes32 agreement);
    /// @notice Thrown when the agreement was not settled, resolved or refunded.
    error AgreementNotEnded(bytes32 agreement, IIntentEscrow.Status status);
    /// @notice Thrown when no fee would have been taken for the agreement, so small it is.
    error NoFee(bytes32 agreement);
    /// @notice Thrown when feedback was left before on this agreement, taken back or not.
    error AlreadyRated(bytes32 agreement);

    /// @notice The score of an agent about which nothing is known, in hundredths of a percent.
    function PRIOR_RATING() external view returns (uint16);

    /// @notice The weight of the prior: an agent whose clients paid as much in fees stands half-way between the prior
    /// and their rating.
    function priorWeight() external view returns (uint64);

    /// @notice The most that all feedback of one owner about one agent weighs, at most the prior's weight.
    function ownerCap() external view returns (uint32);

    /// @notice Minor units of a reference token that make one unit of weight; 0 when fees in the token do not count.
    function unitOf(address token) external view returns (uint128);

    /// @notice Where agreements are settled.
    function escrow() external view returns (IIntentEscrow);

    /// @notice The registry of the agents.
    function getIdentityRegistry() external view returns (address);

    /// @notice Leaves feedback. Anybody but the agent's owner and who is approved for it, as ERC-8004 has it. It counts
    /// in no score.
    /// @param agentId The agent.
    /// @param value The value, at most 1e38 either way.
    /// @param valueDecimals How many of its digits are decimals, at most 18.
    /// @param tag1 What was measured; may be empty, like all that follows.
    /// @param tag2 What else there is to say about that.
    /// @param endpoint What was used.
    /// @param feedbackURI Where more is said.
    /// @param feedbackHash Keccak-256 of what is there.
    function giveFeedback(
        uint256 agentId,
        int128 value,
        uint8 valueDecimals,
        string calldata tag1,
        string calldata tag2,
        string calldata endpoint,
        string calldata feedbackURI,
        bytes32 feedbackHash
    ) external;

    /// @notice Leaves feedback on an agreement that has ended, which counts in the score of the seller's agent. Buyer
    /// or payer, unless it or its owner owns the agent, once per agreement, also when it is taken back afterwards. The owner whom a client's feedback about
    /// an agent is credited to is that of the first time, whatever agent the client speaks for later. Three in four
    /// cost a storage slot less when the buyer's agreements have nonces in sequence.
    /// @param agreement What was agreed; settled, resolved or refunded.
    /// @param value From 0 to 100.
    /// @param valueDecimals How many of its digits are decimals, at most 18.
    /// @param tag1 What was measured; may be empty, like all that follows.
    /// @param tag2 What else there is to say about that.
    /// @param endpoint What was used.
    /// @param feedbackURI Where more is said.
    /// @param feedbackHash Keccak-256 of what is there.
    function giveSettledFeedback(
        bytes32[AGREEMENT_WORDS] calldata agreement,
        int128 value,
        uint8 valueDecimals,
        string calldata tag1,
        string calldata tag2,
        string calldata endpoint,
        string calldata feedbackURI,
        bytes32 feedbackHash
    ) external;

    /// @notice Takes one's own feedback back. The score is then as if it had never been given.
    function revokeFeedback(uint256 agentId, uint64 feedbackIndex) external;

    /// @notice Answers feedback. Anybody may, any number of times.
    function appendResponse(
        uint256 agentId,
        address clientAddress,
        uint64 feedbackIndex,
        string calldata responseURI,
        bytes32 responseHash
    ) external;

    /// @notice The agent's score, in constant time.
    /// @return score From 0 to 1e18, which is 1. The prior when nothing counts.
    /// @return count How many feedbacks count in it.
    /// @return settledVolume What was paid, in units of weight, in all agreements that were ever rated, including the
    /// fee. Taking feedback back does not undo a trade.
    function scoreOf(uint256 agentId) external view returns (uint64 score, uint64 count, uint128 settledVolume);

    /// @notice What stands behind feedback.
    /// @return owner Whom it is credited to; zero when there is no agreement behind it.
    /// @return weight Its weight.
    /// @return rating Its rating in hundredths of a percent.
    function settlementOf(uint256 agentId, address clientAddress, uint64 feedbackIndex)
        external
        view
        returns (address owner, uint32 weight, uint16 rating);

    /// @notice Whether feedback was left on an agreement.
    function isRated(bytes32[AGREEMENT_WORDS] calldata agreement) external view returns (bool);

    /// @notice The index of the client's last feedback about the agent, 0 when there is none.
    function getLastIndex(uint256 agentId, address clientAddress) external view returns (uint64);

    /// @notice Reads one feedback.
    function readFeedback(uint256 agentId, address clientAddress, uint64 feedbackIndex)
        external
        view
        returns (int128 value, uint8 valueDecimals, string memory tag1, string memory tag2, bool isRevoked);

    /// @notice The mean of what the clients said and did not take back. Linear in the number of feedbacks.
    /// @param agentId The agent.
    /// @param clientAddresses Whose feedback counts; none is refused.
    /// @param tag1 Counts only feedback with this tag; empty: any.
    /// @param tag2 Likewise.
    /// @return count How many there are.
    /// @return summaryValue Their mean, rounded towards zero.
    /// @return summaryValueDecimals Its decimals: the most frequent among them, the smallest of several.
    function getSummary(uint256 agentId, address[] calldata clientAddresses, string calldata tag1, string calldata tag2)
        external
        view
        returns (uint64 count, int128 summaryValue, uint8 summaryValueDecimals);

    /// @notice Reads many feedbacks, one entry of each list for each. Linear in their number.
    /// @param agentId The agent.
    /// @param clientAddresses Whose feedback; empty: that of all clients.
    /// @param tag1 Only feedback with this tag; empty: any.
    /// @param tag2 Likewise.
    /// @param includeRevoked Whether to include what was taken back.
    function readAllFeedback(
        uint256 agentId,
        address[] calldata clientAddresses,
        string calldata tag1,
        string calldata tag2,
        bool includeRevoked
    )
        external
        view
        returns (
            address[] memory clients,
            uint64[] memory feedbackIndexes,
            int128[] memory values,
            uint8[] memory valueDecimals,
            string[] memory tag1s,
            string[] memory tag2s,
            bool[] memory revokedStatuses
        );

    /// @notice How many responses there are.
    /// @param agentId The agent.
    /// @param clientAddress To whose feedback; zero: to that of all clients, whatever the index.
    /// @param feedbackIndex To which; 0: to all of the client's.
    /// @param responders By whom; empty: by anybody.
    function getResponseCount(
        uint256 agentId,
        address clientAddress,
        uint64 feedbackIndex,
        address[] calldata responders
    ) external view returns (uint64 count);

    /// @notice Everybody who has left feedback about the agent.
    function getClients(uint256 agentId) external view returns (address[] memory);

    /// @notice The version of the reference whose behaviour this contract has.
    function getVersion() external pure returns (string memory);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What an arbitrator is asked. Amounts are minor units of the token.
struct Case {
    /// The arbitrable's name for it; each serves once.
    bytes32 id;
    /// Says that it was not delivered.
    address plaintiff;
    /// Says that it was.
    address defendant;
    /// Stand behind the parties and may act for them, whatever becomes of the parties' keys; zero, or the party itself,
    /// where the arbitrable knows of nobody else.
    address plaintiffOwner;
    address defendantOwner;
    /// Pays the plaintiff's first bond, and gets back what is left of it: the plaintiff itself, or a watchtower.
    address bonder;
    /// The token of the contested money and of the bonds.
    address token;
    /// Contested.
    uint128 amount;
}

/// @title Who rules on what two parties cannot agree on
/// @notice In the shape of ERC-792, with two differences: bonds are balances in the ledger, not ether, and a ruling
/// is fetched by the arbitrable instead of pushed to it, so that no arbitrator calls into an escrow.
///
/// An arbitrable must not depend on an arbitrator's honesty for its liveness: after {maxDuration} at the latest it
/// goes on without a ruling.
interface IArbitrator {
    /// @notice How far a case has come. Ruled and Silent are final; a silent arbitrator leaves the result to what the
    /// parties agreed on for that event.
    enum Ruling {
        None,
        Pending,
        Ruled,
        Silent
    }

    /// @notice The longest time, in seconds, from {createDispute} to a final ruling.
    function maxDuration() external view returns (uint32);

    /// @notice What the plaintiff must put up to contest an amount, in minor units of the same token.
    function bondFor(uint256 amount) external view returns (uint256);

    /// @notice Takes a case, and its bond out of the bonder's ledger balance. The caller is the arbitrable, and
    /// answers for the bonder's consent.
    function createDispute(Case calldata dispute) external;

    /// @notice What became of a case.
    /// @param arbitrable Who brought it.
    /// @param id The arbitrable's name for it.
    /// @return ruling How far it has come.
    /// @return defendantBps When ruled: the defendant's share of the contested amount, 0 to 10,000.
    function rulingOf(address arbitrable, bytes32 id) external view returns (Ruling ruling, uint16 defendantBps);
}

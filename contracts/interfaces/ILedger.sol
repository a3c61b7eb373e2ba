// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The one place of prefunded balances
/// @notice Holds tokens for accounts. A balance leaves in two ways: its account withdraws it, after a delay; or a
/// module, one of the contracts fixed at deployment, spends it as the account signed.
///
/// What a module has taken and not yet given belongs to no account: the ledger holds it, and the module's own records
/// say whose it will be. A fee is set aside in the account of whoever earned, where it can be neither spent nor
/// withdrawn, until anybody collects it; one slot holds both, so that a payment writes one slot.
///
/// An owner keeps its money in its own account and gives its agent a mandate: whichever key is bound to the agent may
/// spend from the owner's balance, so much in a period and so much of it to one payee. Unbinding the key ends that.
///
/// Any ERC-20 token that moves exact amounts may be deposited, and balances of one token never pay for another. A
/// token that changes balances by itself (rebasing) or lies about them harms its own depositors only.
interface ILedger {
    /// @notice Emitted when tokens came in: `from` paid them, `account` owns them.
    event Deposited(address indexed token, address indexed account, address indexed from, uint256 amount);
    /// @notice Emitted when a withdrawal is queued; amount 0 says that it was cancelled.
    event WithdrawalRequested(
        address indexed token, address indexed account, uint256 amount, uint256 availableAt
    );
    /// @notice Emitted when tokens went out.
    event Withdrawn(address indexed token, address indexed account, address to, uint256 amount);
    /// @notice Emitted when fees that were set aside in an account went to the fee recipient's balance.
    event FeesCollected(address indexed token, address indexed account, uint256 amount);
    /// @notice Emitted when an owner sets what its agent may spend.
    event MandateSet(
        address indexed owner,
        uint256 indexed agentId,
        address indexed token,
        uint128 perPeriod,
        uint128 perPayee,
        uint32 period
    );

    /// @notice Thrown when a caller that is no module calls a function for modules.
    error NotModule(address caller);
    /// @notice Thrown at deployment when there are more modules than there is room for.
    error TooManyModules(uint256 given, uint256 maximum);
    /// @notice Thrown when the zero address, this contract or a module is named as account or recipient, or when the
    /// zero address or this contract is named as module.
    error InvalidAccount(address account);
    /// @notice Thrown when an account has less than is to be taken.
    error BalanceTooLow(address token, address account, uint256 balance, uint256 needed);
    /// @notice Thrown when an account would hold more than 128 bits, by a deposit more than 120.
    error BalanceTooLarge(address token, address account, uint256 amount);
    /// @notice Thrown when there is nothing to pay out: no request, or no balance.
    error NothingToWithdraw(address token, address account);
    /// @notice Thrown when a withdrawal is taken before its delay is over.
    error WithdrawalNotReady(uint256 availableAt, uint256 timestamp);
    /// @notice Thrown when a mandate without a period is set.
    error ZeroPeriod();
    /// @notice Thrown when an agent would spend more of its owner's money in a period than the mandate allows.
    error PeriodCapExceeded(address owner, uint256 agentId, uint256 allowed, uint256 needed);
    /// @notice Thrown when an agent would pay one payee more in a period than the mandate allows.
    error PayeeCapExceeded(address owner, uint256 agentId, address payee, uint256 allowed, uint256 needed);
    /// @notice Thrown when accounts and deltas are not equally many.
    error LengthMismatch(uint256 accounts, uint256 deltas);
    /// @notice Thrown when deltas do not add up to zero.
    error Unbalanced(int256 sum);

    /// @notice What an account has.
    /// @param token The token.
    /// @param account The account.
    /// @return The balance in minor units of the token, queued withdrawals included, fees set aside excluded.
    function balanceOf(address token, address account) external view returns (uint256);

    /// @notice What several accounts have, as {balanceOf}.
    function balancesOf(address token, address[] calldata accounts) external view returns (uint256[] memory balances);

    /// @notice What is set aside in an account for the fee recipient, in minor units.
    function feesOf(address token, address account) external view returns (uint256);

    /// @notice The account that fees are collected to.
    function feeRecipient() external view returns (address);

    /// @notice The queued withdrawal of an account.
    /// @return amount Minor units asked for, 0 when none is queued.
    /// @return availableAt The first second (Unix time) at which it may be taken.
    function withdrawalOf(address token, address account) external view returns (uint128 amount, uint64 availableAt);

    /// @notice What an owner lets its agent spend.
    /// @return perPeriod Minor units in one period.
    /// @return perPayee Minor units of it to any one payee.
    /// @return period Seconds; periods are counted from the beginning of Unix time.
    /// @return spent Minor units spent in the present period.
    function mandateOf(address owner, uint256 agentId, address token)
        external
        view
        returns (uint128 perPeriod, uint128 perPayee, uint32 period, uint128 spent);

    /// @notice Whether a contract may move balances. The set never changes.
    function isModule(address module) external view returns (bool);

    /// @notice Seconds between asking for a withdrawal and taking it.
    function withdrawalDelay() external view returns (uint32);

    /// @notice Pays tokens in; the caller has approved this contract for them.
    /// @param token The token.
    /// @param account Who owns the deposit.
    /// @param amount Minor units; exactly this must arrive.
    function deposit(address token, address account, uint256 amount) external;

    /// @notice Queues a withdrawal of the caller's balance. It replaces the one before and restarts the delay.
    /// @dev The amount may exceed the balance, which then is paid whole; `type(uint128).max` asks for everything.
    /// Queued funds stay spendable by what the account signed until they leave. So a balance whose withdrawal is
    /// already available is no promise to anybody; one in escrow is.
    /// @param token The token.
    /// @param amount Minor units; 0 cancels.
    function requestWithdrawal(address token, uint256 amount) external;

    /// @notice Pays out the caller's queued withdrawal, or the whole balance when that is less.
    /// @param token The token.
    /// @param to Who receives it.
    function withdraw(address token, address to) external;

    /// @notice Moves fees that were set aside in accounts to the fee recipient's balance. Anybody may.
    /// @param token The token.
    /// @param accounts Where fees were set aside; those without any are passed over.
    function collectFees(address token, address[] calldata accounts) external;

    /// @notice Sets what the key that is bound to an agent of the caller's may spend from the caller's balance. It
    /// replaces the mandate before; what was spent in the present period still counts when the period is the same.
    /// @dev A mandate for an agent of somebody else's is of no use to anybody: only the owner that the binding names
    /// pays.
    /// @param token The token.
    /// @param agentId The agent.
    /// @param perPeriod Minor units in one period; 0 ends the mandate.
    /// @param perPayee Minor units of it to any one payee.
    /// @param period Seconds; not 0.
    function setMandate(address token, uint256 agentId, uint128 perPeriod, uint128 perPayee, uint32 period) external;

    /// @notice Takes from an account what the calling module then holds. Modules only, which answer for the consent
    /// of `from`.
    /// @param token The token.
    /// @param from Who pays.
    /// @param amount Minor units.
    function take(address token, address from, uint256 amount) external;

    /// @notice Takes from an owner's account within the mandate of its agent. Modules only, which answer for it that
    /// the agent's key consented and is bound to an agent of this owner.
    /// @param token The token.
    /// @param owner Who pays.
    /// @param agentId The agent.
    /// @param payee Whom it is meant for: counts against the cap of one payee.
    /// @param amount Minor units.
    function takeFor(address token, address owner, uint256 agentId, address payee, uint256 amount) external;

    /// @notice Credits an account out of what the calling module holds. Modules only.
    /// @param token The token.
    /// @param to Who is credited.
    /// @param amount Minor units credited.
    /// @param fee Minor units set aside in the same account, on top.
    function give(address token, address to, uint256 amount, uint256 fee) external;

    /// @notice Moves between accounts: {take} and {give} in one call. Modules only.
    /// @param token The token.
    /// @param from Who pays amount and fee.
    /// @param to Who is credited with the amount, and holds the fee.
    /// @param amount Minor units credited.
    /// @param fee Minor units set aside.
    function move(address token, address from, address to, uint256 amount, uint256 fee) external;

    /// @notice Moves from an owner's account within the mandate of its agent, as {takeFor} and {give} in one call.
    /// Modules only.
    /// @param token The token.
    /// @param owner Who pays amount and fee.
    /// @param agentId The agent.
    /// @param to Who is credited with the amount, and holds the fee; counts against the cap of one payee.
    /// @param amount Minor units credited.
    /// @param fee Minor units set aside.
    function moveFor(address token, address owner, uint256 agentId, address to, uint256 amount, uint256 fee) external;

    /// @notice Changes many balances by what adds up to nothing. Modules only.
    /// @param token The token.
    /// @param accounts Whose balances; one may occur several times.
    /// @param deltas Minor units, negative for who pays, as many as accounts.
    function settle(address token, address[] calldata accounts, int256[] calldata deltas) external;

    /// @notice Pulls tokens by an EIP-2612 permit for this contract; the calling module then holds them. Modules only.
    /// @dev Anybody may submit a permit, so one that fails (because somebody did) is no error by itself: the
    /// allowance that it left decides.
    /// @param token The token.
    /// @param from Who pays and signed the permit.
    /// @param amount Minor units to pull.
    /// @param value Minor units that the permit allows.
    /// @param deadline Last second of the permit.
    /// @param signature The permit's signature, 65 bytes (r, s, v).
    function pullWithPermit(
        address token,
        address from,
        uint256 amount,
        uint256 value,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Pulls tokens by an EIP-3009 authorisation whose payee is this contract; the calling module then holds
    /// them. Modules only.
    /// @param token The token.
    /// @param from Who pays and signed `ReceiveWithAuthorization`.
    /// @param amount Minor units; exactly what was authorised.
    /// @param validAfter The authorisation counts after this second.
    /// @param validBefore The authorisation counts before this second.
    /// @param nonce The authorisation's nonce.
    /// @param signature Its signature, 65 bytes (r, s, v).
    function pullWithAuthorization(
        address token,
        address from,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The one place of prefunded balances
/// @notice Holds tokens for accounts. A balance leaves in two ways: its account withdraws it, after a delay; or a
/// module, one of the contracts fixed at deployment, spends it as the account signed.
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
    /// @notice Emitted when a module moved a balance.
    event Moved(address indexed token, address indexed from, address indexed to, uint256 amount);

    /// @notice Thrown when a caller that is no module calls a function for modules.
    error NotModule(address caller);
    /// @notice Thrown when the zero address or this contract is named as account, recipient or module, or when a
    /// deposit would credit a module, where nobody could withdraw it.
    error InvalidAccount(address account);
    /// @notice Thrown when an account has less than is to be moved.
    error BalanceTooLow(address token, address account, uint256 balance, uint256 needed);
    /// @notice Thrown when there is nothing to pay out: no request, or no balance.
    error NothingToWithdraw(address token, address account);
    /// @notice Thrown when a withdrawal is taken before its delay is over.
    error WithdrawalNotReady(uint256 availableAt, uint256 timestamp);

    /// @notice What an account has.
    /// @param token The token.
    /// @param account The account.
    /// @return The balance in minor units of the token, queued withdrawals included.
    function balanceOf(address token, address account) external view returns (uint256);

    /// @notice The queued withdrawal of an account.
    /// @return amount Minor units asked for, 0 when none is queued.
    /// @return availableAt The first second (Unix time) at which it may be taken.
    function withdrawalOf(address token, address account) external view returns (uint128 amount, uint64 availableAt);

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

    /// @notice Moves a balance. Modules only, which answer for the consent of `from`.
    /// @param token The token.
    /// @param from Who pays.
    /// @param to Who is credited.
    /// @param amount Minor units.
    function move(address token, address from, address to, uint256 amount) external;

    /// @notice Pulls tokens by allowance. Modules only.
    /// @param token The token.
    /// @param from Who pays, having approved this contract.
    /// @param to Who is credited.
    /// @param amount Minor units.
    function pull(address token, address from, address to, uint256 amount) external;

    /// @notice Pulls tokens by an EIP-2612 permit for this contract. Modules only.
    /// @dev Anybody may submit a permit, so one that fails (because somebody did) is no error by itself: the
    /// allowance that it left decides.
    /// @param token The token.
    /// @param from Who pays and signed the permit.
    /// @param to Who is credited.
    /// @param amount Minor units to pull.
    /// @param value Minor units that the permit allows.
    /// @param deadline Last second of the permit.
    /// @param signature The permit's signature, 65 bytes (r, s, v).
    function pullWithPermit(
        address token,
        address from,
        address to,
        uint256 amount,
        uint256 value,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Pulls tokens by an EIP-3009 authorisation whose payee is this contract. Modules only.
    /// @param token The token.
    /// @param from Who pays and signed `ReceiveWithAuthorization`.
    /// @param to Who is credited.
    /// @param amount Minor units; exactly what was authorised.
    /// @param validAfter The authorisation counts after this second.
    /// @param validBefore The authorisation counts before this second.
    /// @param nonce The authorisation's nonce.
    /// @param signature Its signature, 65 bytes (r, s, v).
    function pullWithAuthorization(
        address token,
        address from,
        address to,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;
}

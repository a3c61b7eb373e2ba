// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {ExactTransfer} from "./libraries/ExactTransfer.sol";
import {Periods} from "./libraries/Periods.sol";

/// @title Ledger
/// @notice See {ILedger}. Nobody administers it; modules, delay and fee recipient are fixed at deployment.
/// @dev Storage:
/// - `_accounts`: token => account => one slot: fees set aside (high 16 bytes), balance (low 16). A word and no struct,
///   so that a payment reads and writes it once.
/// - `_withdrawals`: token => account => one slot: amount (16 bytes), availableAt (8).
/// - `_mandates`: owner => agent id => token => two slots. First: perPeriod (16 bytes), perPayee (16). Second: spent
///   (16), index of the period that it was spent in (8), period (4).
/// - `_payees`: key of owner, agent, token, length of period and payee => one slot: spent (16 bytes), index of the period (8).
///
/// Whatever calls a token is guarded against reentrance, so that the balance measured around the call changes by
/// that call alone. What modules do with balances calls nothing and needs no guard.
contract Ledger is ILedger, ReentrancyGuardTransient {
    using ExactTransfer for IERC20;
    using SafeCast for uint256;

    struct Withdrawal {
        uint128 amount;
        uint64 availableAt;
    }

    struct Mandate {
        uint128 perPeriod;
        uint128 perPayee;
        uint128 spent;
        uint64 index;
        uint32 period;
    }

    struct Spending {
        uint128 spent;
        uint64 index;
    }

    uint256 private constant MAX_MODULES = 4;
    /// @dev Deposits leave room, so that nobody fills up another's account and payments to it fail.
    uint256 private constant MAX_DEPOSITED = type(uint120).max;

    /// @inheritdoc ILedger
    address public immutable feeRecipient;
    address private immutable _module0;
    address private immutable _module1;
    address private immutable _module2;
    address private immutable _module3;

    mapping(address token => mapping(address account => uint256)) private _accounts;
    mapping(address token => mapping(address account => Withdrawal)) private _withdrawals;
    mapping(address owner => mapping(uint256 agentId => mapping(address token => Mandate))) private _mandates;
    mapping(bytes32 key => Spending) private _payees;

    /// @param modules The contracts that may move balances, at most four; they may be deployed later, at predicted
    /// addresses.
    /// @param feeRecipient_ The account that fees are collected to.
    constructor(address[] memory modules, address feeRecipient_) {
        require(modules.length <= MAX_MODULES, TooManyModules(modules.length, MAX_MODULES));
        for (uint256 i = 0; i < modules.length; ++i) {
            require(modules[i] != address(0) && modules[i] != address(this), InvalidAccount(modules[i]));
        }
        _module0 = modules.length > 0 ? modules[0] : address(0);
        _module1 = modules.length > 1 ? modules[1] : address(0);
        _module2 = modules.length > 2 ? modules[2] : address(0);
        _module3 = modules.length > 3 ? modules[3] : address(0);
        feeRecipient = feeRecipient_;
        _requireUsable(feeRecipient_);
    }

    modifier onlyModule() {
        require(isModule(msg.sender), NotModule(msg.sender));
        _;
    }

    /// @inheritdoc ILedger
    function deposit(address token, address account, uint256 amount) external nonReentrant {
        _requireUsable(account);
        uint256 balance = uint128(_accounts[token][account]);
        require(amount <= MAX_DEPOSITED && balance + amount <= MAX_DEPOSITED, BalanceTooLarge(token, account, amount));
        IERC20(token).receiveExactly(msg.sender, amount);
        _credit(token, account, amount, 0);
        emit Deposited(token, account, msg.sender, amount);
    }

    /// @inheritdoc ILedger
    function requestWithdrawal(address token, uint256 amount) external {
        uint256 availableAt = amount == 0 ? 0 : block.timestamp + Periods.LEDGER_WITHDRAWAL;
        _withdrawals[token][msg.sender] = Withdrawal(amount.toUint128(), uint64(availableAt));
        emit WithdrawalRequested(token, msg.sender, amount, availableAt);
    }

    /// @inheritdoc ILedger
    function withdraw(address token, address to) external nonReentrant {
        _requireUsable(to);
        Withdrawal memory request = _withdrawals[token][msg.sender];
        uint256 amount = Math.min(request.amount, uint128(_accounts[token][msg.sender]));
        require(amount != 0, NothingToWithdraw(token, msg.sender));
        require(block.timestamp >= request.availableAt, WithdrawalNotReady(request.availableAt, block.timestamp));

        delete _withdrawals[token][msg.sender];
        _debit(token, msg.sender, amount);
        emit Withdrawn(token, msg.sender, to, amount);
        IERC20(token).sendExactly(to, amount);
    }

    /// @inheritdoc ILedger
    function collectFees(address token, address[] calldata accounts) external {
        for (uint256 i = 0; i < accounts.length; ++i) {
            uint256 account = _accounts[token][accounts[i]];
            uint256 fees = account >> 128;
            if (fees == 0) continue;
            _accounts[token][accounts[i]] = uint128(account);
            _credit(token, feeRecipient, fees, 0);
            emit FeesCollected(token, accounts[i], fees);
        }
    }

    /// @inheritdoc ILedger
    function setMandate(address token, uint256 agentId, uint128 perPeriod, uint128 perPayee, uint32 period) external {
        require(period != 0, ZeroPeriod());
        Mandate storage mandate = _mandates[msg.sender][agentId][token];
        if (mandate.period != period) {
            mandate.period = period;
            mandate.index = uint64(block.timestamp / period);
            mandate.spent = 0;
        }
        mandate.perPeriod = perPeriod;
        mandate.perPayee = perPayee;
        emit MandateSet(msg.sender, agentId, token, perPeriod, perPayee, period);
    }

    /// @inheritdoc ILedger
    function take(address token, address from, uint256 amount) external onlyModule {
        _debit(token, from, amount);
    }

    /// @inheritdoc ILedger
    function takeFor(address token, address owner, uint256 agentId, address payee, uint256 amount)
        external
        onlyModule
    {
        _spend(token, owner, agentId, payee, amount);
        _debit(token, owner, amount);
    }

    /// @inheritdoc ILedger
    function give(address token, address to, uint256 amount, uint256 fee) external onlyModule {
        _credit(token, to, amount, fee);
    }

    /// @inheritdoc ILedger
    function move(address token, address from, address to, uint256 amount, uint256 fee) external onlyModule {
        _debit(token, from, amount + fee);
        _credit(token, to, amount, fee);
    }

    /// @inheritdoc ILedger
    function moveFor(address token, address owner, uint256 agentId, address to, uint256 amount, uint256 fee)
        external
        onlyModule
    {
        _spend(token, owner, agentId, to, amount + fee);
        _debit(token, owner, amount + fee);
        _credit(token, to, amount, fee);
    }

    /// @inheritdoc ILedger
    function settle(address token, address[] calldata accounts, int256[] calldata deltas) external onlyModule {
        require(accounts.length == deltas.length, LengthMismatch(accounts.length, deltas.length));
        int256 sum;
        for (uint256 i = 0; i < deltas.length; ++i) {
            int256 delta = deltas[i];
            sum += delta;
            if (delta < 0) _debit(token, accounts[i], uint256(-delta));
            else if (delta > 0) _credit(token, accounts[i], uint256(delta), 0);
        }
        require(sum == 0, Unbalanced(sum));
    }

    /// @inheritdoc ILedger
    function pullWithPermit(
        address token,
        address from,
        uint256 amount,
        uint256 value,
        uint256 deadline,
        bytes calldata signature
    ) external onlyModule nonReentrant {
        (uint8 v, bytes32 r, bytes32 s) = ECDSA.parseCalldata(signature);
        try IERC20Permit(token).permit(from, address(this), value, deadline, v, r, s) {} catch {}
        IERC20(token).receiveExactly(from, amount);
    }

    /// @inheritdoc ILedger
    function pullWithAuthorization(
        address token,
        address from,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external onlyModule nonReentrant {
        uint256[10] memory order;
        (order[1], order[2], order[3]) = (uint160(from), uint160(address(this)), amount);
        (order[4], order[5], order[6]) = (validAfter, validBefore, uint256(nonce));
        _sign(order, signature);
        uint256 held = IERC20(token).balanceOf(address(this));
        _send(token, order);
        IERC20(token).requireHeld(held + amount);
    }

    /// @inheritdoc ILedger
    function balanceOf(address token, address account) external view returns (uint256) {
        return uint128(_accounts[token][account]);
    }

    /// @inheritdoc ILedger
    function balancesOf(address token, address[] calldata accounts) external view returns (uint256[] memory balances) {
        balances = new uint256[](accounts.length);
        for (uint256 i = 0; i < accounts.length; ++i) {
            balances[i] = uint128(_accounts[token][accounts[i]]);
        }
    }

    /// @inheritdoc ILedger
    function feesOf(address token, address account) external view returns (uint256) {
        return _accounts[token][account] >> 128;
    }

    /// @inheritdoc ILedger
    function withdrawalOf(address token, address account) external view returns (uint128 amount, uint64 availableAt) {
        Withdrawal memory request = _withdrawals[token][account];
        return (request.amount, request.availableAt);
    }

    /// @inheritdoc ILedger
    function mandateOf(address owner, uint256 agentId, address token)
        external
        view
        returns (uint128 perPeriod, uint128 perPayee, uint32 period, uint128 spent)
    {
        Mandate memory mandate = _mandates[owner][agentId][token];
        bool present = mandate.period != 0 && mandate.index == block.timestamp / mandate.period;
        return (mandate.perPeriod, mandate.perPayee, mandate.period, present ? mandate.spent : 0);
    }

    /// @inheritdoc ILedger
    function withdrawalDelay() external pure returns (uint32) {
        return Periods.LEDGER_WITHDRAWAL;
    }

    /// @inheritdoc ILedger
    function isModule(address module) public view returns (bool) {
        if (module == address(0)) return false;
        return module == _module0 || module == _module1 || module == _module2 || module == _module3;
    }

    function _debit(address token, address from, uint256 amount) private {
        mapping(address account => uint256) storage accounts = _accounts[token];
        uint256 account = accounts[from];
        uint256 balance = uint128(account);
        require(balance >= amount, BalanceTooLow(token, from, balance, amount));
        unchecked {
            accounts[from] = account - amount;
        }
    }

    function _credit(address token, address to, uint256 amount, uint256 fee) internal {
        mapping(address account => uint256) storage accounts = _accounts[token];
        uint256 account = accounts[to];
        uint256 balance = uint128(account) + amount;
        uint256 fees = (account >> 128) + fee;
        require(balance <= type(uint128).max && fees <= type(uint128).max, BalanceTooLarge(token, to, amount + fee));
        accounts[to] = fees << 128 | balance;
    }

    /// @dev Counts an expense against both caps. What was paid to a payee is kept per length of period, so that a
    /// change of the length cannot mix up two countings.
    function _spend(address token, address owner, uint256 agentId, address payee, uint256 amount) private {
        Mandate memory mandate = _mandates[owner][agentId][token];
        uint64 index = mandate.period == 0 ? 0 : uint64(block.timestamp / mandate.period);
        uint256 spent = mandate.index == index ? mandate.spent : 0;
        uint256 allowed = Math.saturatingSub(mandate.perPeriod, spent);
        require(amount <= allowed, PeriodCapExceeded(owner, agentId, allowed, amount));

        Spending storage to = _payees[keccak256(abi.encode(owner, agentId, token, mandate.period, payee))];
        uint256 paid = to.index == index ? to.spent : 0;
        allowed = Math.saturatingSub(mandate.perPayee, paid);
        require(amount <= allowed, PayeeCapExceeded(owner, agentId, payee, allowed, amount));

        mandate.spent = uint128(spent + amount);
        mandate.index = index;
        _mandates[owner][agentId][token] = mandate;
        (to.spent, to.index) = (uint128(paid + amount), index);
    }

    /// @dev The zero address, this contract and modules can withdraw nothing.
    function _requireUsable(address account) private view {
        require(
            account != address(0) && account != address(this) && !isModule(account), InvalidAccount(account)
        );
    }

    /// @dev The last three arguments of an order. All nine at once exceed what the EVM's stack can reach.
    function _sign(uint256[10] memory order, bytes calldata signature) private pure {
        (uint8 v, bytes32 r, bytes32 s) = ECDSA.parseCalldata(signature);
        (order[7], order[8], order[9]) = (v, uint256(r), uint256(s));
    }

    /// @dev Calls a token, of which the caller knows that it is a contract, with an order: selector and arguments.
    function _send(address token, uint256[10] memory order) private {
        order[0] = uint32(IERC3009.receiveWithAuthorization.selector);
        bool done;
        assembly ("memory-safe") {
            done := call(gas(), token, 0, add(order, 0x1c), 0x124, 0x00, 0x00)
        }
        if (done) return;
        require(LowLevelCall.returnDataSize() != 0, Errors.FailedCall());
        LowLevelCall.bubbleRevert();
    }
}

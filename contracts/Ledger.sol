// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {ExactTransfer} from "./libraries/ExactTransfer.sol";

/// @title Ledger
/// @notice See {ILedger}. Nobody administers it; modules and delay are fixed at deployment.
/// @dev Storage:
/// - `isModule`: module => whether it may move balances; written in the constructor only.
/// - `balanceOf`: token => account => minor units.
/// - `_withdrawals`: token => account => one slot: amount (16 bytes), availableAt (8 bytes).
///
/// Whatever calls a token is guarded against reentrance, so that the balance measured around the call changes by
/// that call alone. {move} calls nothing and needs no guard.
contract Ledger is ILedger, ReentrancyGuardTransient {
    using ExactTransfer for IERC20;
    using SafeCast for uint256;

    struct Withdrawal {
        uint128 amount;
        uint64 availableAt;
    }

    /// @inheritdoc ILedger
    uint32 public immutable withdrawalDelay;
    /// @inheritdoc ILedger
    mapping(address module => bool) public isModule;
    /// @inheritdoc ILedger
    mapping(address token => mapping(address account => uint256)) public balanceOf;
    mapping(address token => mapping(address account => Withdrawal)) private _withdrawals;

    /// @param modules The contracts that may move balances; they may be deployed later, at predicted addresses.
    /// @param withdrawalDelay_ Seconds between asking for a withdrawal and taking it.
    constructor(address[] memory modules, uint32 withdrawalDelay_) {
        withdrawalDelay = withdrawalDelay_;
        for (uint256 i = 0; i < modules.length; ++i) {
            _requireUsable(modules[i]);
            isModule[modules[i]] = true;
        }
    }

    modifier onlyModule() {
        require(isModule[msg.sender], NotModule(msg.sender));
        _;
    }

    /// @inheritdoc ILedger
    function deposit(address token, address account, uint256 amount) external nonReentrant {
        _requireUsable(account);
        require(!isModule[account], InvalidAccount(account));
        IERC20(token).receiveExactly(msg.sender, amount);
        _credit(token, account, msg.sender, amount);
    }

    /// @inheritdoc ILedger
    function requestWithdrawal(address token, uint256 amount) external {
        uint256 availableAt = amount == 0 ? 0 : block.timestamp + withdrawalDelay;
        _withdrawals[token][msg.sender] = Withdrawal(amount.toUint128(), uint64(availableAt));
        emit WithdrawalRequested(token, msg.sender, amount, availableAt);
    }

    /// @inheritdoc ILedger
    function withdraw(address token, address to) external nonReentrant {
        _requireUsable(to);
        Withdrawal memory request = _withdrawals[token][msg.sender];
        uint256 balance = balanceOf[token][msg.sender];
        uint256 amount = Math.min(request.amount, balance);
        require(amount != 0, NothingToWithdraw(token, msg.sender));
        require(block.timestamp >= request.availableAt, WithdrawalNotReady(request.availableAt, block.timestamp));

        delete _withdrawals[token][msg.sender];
        balanceOf[token][msg.sender] = balance - amount;
        emit Withdrawn(token, msg.sender, to, amount);
        IERC20(token).sendExactly(to, amount);
    }

    /// @inheritdoc ILedger
    function move(address token, address from, address to, uint256 amount) external onlyModule {
        uint256 balance = balanceOf[token][from];
        require(balance >= amount, BalanceTooLow(token, from, balance, amount));
        balanceOf[token][from] = balance - amount;
        balanceOf[token][to] += amount;
        emit Moved(token, from, to, amount);
    }

    /// @inheritdoc ILedger
    function pull(address token, address from, address to, uint256 amount) external onlyModule nonReentrant {
        IERC20(token).receiveExactly(from, amount);
        _credit(token, to, from, amount);
    }

    /// @inheritdoc ILedger
    function pullWithPermit(
        address token,
        address from,
        address to,
        uint256 amount,
        uint256 value,
        uint256 deadline,
        bytes calldata signature
    ) external onlyModule nonReentrant {
        (uint8 v, bytes32 r, bytes32 s) = ECDSA.parseCalldata(signature);
        try IERC20Permit(token).permit(from, address(this), value, deadline, v, r, s) {} catch {}
        IERC20(token).receiveExactly(from, amount);
        _credit(token, to, from, amount);
    }

    /// @inheritdoc ILedger
    function pullWithAuthorization(
        address token,
        address from,
        address to,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external onlyModule nonReentrant {
        bytes memory order = abi.encodeWithSelector(
            IERC3009.receiveWithAuthorization.selector, from, address(this), amount, validAfter, validBefore, nonce
        );
        uint256 held = IERC20(token).balanceOf(address(this));
        Address.functionCall(token, _signed(order, signature));
        IERC20(token).requireHeld(held + amount);
        _credit(token, to, from, amount);
    }

    /// @inheritdoc ILedger
    function withdrawalOf(address token, address account) external view returns (uint128 amount, uint64 availableAt) {
        Withdrawal memory request = _withdrawals[token][account];
        return (request.amount, request.availableAt);
    }

    function _credit(address token, address account, address from, uint256 amount) private {
        balanceOf[token][account] += amount;
        emit Deposited(token, account, from, amount);
    }

    function _requireUsable(address account) private view {
        require(account != address(0) && account != address(this), InvalidAccount(account));
    }

    /// @dev Appends v, r and s to a call. All arguments at once exceed what the EVM's stack can reach.
    function _signed(bytes memory order, bytes calldata signature) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = ECDSA.parseCalldata(signature);
        return bytes.concat(order, abi.encode(v, r, s));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {Agreement, IIntentEscrow} from "./interfaces/IIntentEscrow.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IStakeVault} from "./interfaces/IStakeVault.sol";
import {AgreementHash} from "./libraries/AgreementHash.sol";
import {SaltedEIP712} from "./libraries/SaltedEIP712.sol";
import {Signatures} from "./libraries/Signatures.sol";

/// @title IntentEscrow
/// @notice See {IIntentEscrow}. Nobody administers it, pauses it or changes its fee.
/// @dev Storage: `_records`, agreement id => one slot: status (1 byte), openedAt (8 bytes). The agreement itself is
/// passed again with every call and known by its hash. The payments of all open agreements are this contract's
/// balance in the ledger.
contract IntentEscrow is IIntentEscrow, SaltedEIP712, ReentrancyGuardTransient {
    using AgreementHash for Agreement;
    using Signatures for bytes;

    struct Record {
        Status status;
        uint64 openedAt;
    }

    /// @notice The highest fee that may be deployed, in hundredths of a percent.
    uint16 public constant MAX_FEE_BPS = 1000;
    /// @notice The longest time, in seconds, from expiry to deadline.
    uint64 public constant MAX_DURATION = 30 days;
    uint256 private constant BPS = 10_000;

    /// @inheritdoc IIntentEscrow
    ILedger public immutable ledger;
    /// @inheritdoc IIntentEscrow
    IStakeVault public immutable vault;
    /// @inheritdoc IIntentEscrow
    IIdentityRegistry public immutable identityRegistry;
    /// @inheritdoc IIntentEscrow
    address public immutable feeRecipient;
    /// @inheritdoc IIntentEscrow
    uint16 public immutable feeBps;

    mapping(bytes32 id => Record) private _records;

    /// @param ledger_ The ledger, deployed before with this contract's address among its modules.
    /// @param vault_ The stake vault, over the same registry.
    /// @param identityRegistry_ The identity registry.
    /// @param feeRecipient_ The ledger account that earns the fees.
    /// @param feeBps_ The fee in hundredths of a percent, at most {MAX_FEE_BPS}.
    /// @param salt Random bytes, new for every deployment.
    constructor(
        ILedger ledger_,
        IStakeVault vault_,
        IIdentityRegistry identityRegistry_,
        address feeRecipient_,
        uint16 feeBps_,
        bytes32 salt
    ) SaltedEIP712(salt) {
        require(ledger_.isModule(address(this)), NotLedgerModule(address(ledger_), address(this)));
        address vaultRegistry = address(vault_.identityRegistry());
        require(vaultRegistry == address(identityRegistry_), RegistryMismatch(vaultRegistry, address(identityRegistry_)));
        require(feeBps_ <= MAX_FEE_BPS, FeeTooHigh(feeBps_, MAX_FEE_BPS));
        require(feeRecipient_ != address(0) && feeRecipient_ != address(this), InvalidFeeRecipient(feeRecipient_));
        ledger = ledger_;
        vault = vault_;
        identityRegistry = identityRegistry_;
        feeRecipient = feeRecipient_;
        feeBps = feeBps_;
    }

    /// @inheritdoc IIntentEscrow
    function open(
        Agreement calldata a,
        bytes calldata buyerSignature,
        bytes calldata sellerSignature,
        Funding calldata funding
    ) external nonReentrant returns (bytes32 id) {
        id = idOf(a);
        _requireStatus(id, Status.None);
        uint256 payment = _checkTerms(a);
        _checkSignature(a.buyer, id, buyerSignature);
        _checkSignature(a.seller, id, sellerSignature);

        _records[id] = Record(Status.Open, uint64(block.timestamp));
        emit Opened(id, a.buyer, a.seller, a);
        if (a.exposure != 0) _lockStake(id, a.seller, a.exposure);
        _takePayment(id, a, payment, funding);
    }

    /// @inheritdoc IIntentEscrow
    function settle(Agreement calldata a, bytes32 evidence, bytes calldata release) external nonReentrant {
        bytes32 id = _openIdOf(a);
        if (msg.sender != a.buyer || release.length != 0) {
            _checkSignature(a.buyer, _digest(AgreementHash.hashRelease(id, evidence)), release);
        }
        uint256 payment = paymentOf(a);
        uint256 fee = payment * feeBps / BPS;

        _records[id].status = Status.Settled;
        emit Settled(id, a.buyer, a.seller, payment - fee, fee, evidence);
        ledger.move(a.token, address(this), a.payout, payment - fee);
        if (fee != 0) ledger.move(a.token, address(this), feeRecipient, fee);
        if (a.exposure != 0) vault.unlock(id);
    }

    /// @inheritdoc IIntentEscrow
    function refund(Agreement calldata a) external nonReentrant {
        bytes32 id = _openIdOf(a);
        require(block.timestamp > a.deadline, DeadlineNotPassed(a.deadline, block.timestamp));
        uint256 payment = paymentOf(a);

        _records[id].status = Status.Refunded;
        emit Refunded(id, a.buyer, a.seller, payment);
        ledger.move(a.token, address(this), a.buyer, payment);
        if (a.exposure != 0) vault.unlock(id);
    }

    /// @inheritdoc IIntentEscrow
    function cancel(Agreement calldata a) external {
        require(msg.sender == a.buyer || msg.sender == a.seller, NotParty(msg.sender));
        bytes32 id = idOf(a);
        _requireStatus(id, Status.None);
        _records[id].status = Status.Cancelled;
        emit Cancelled(id, msg.sender);
    }

    /// @inheritdoc IIntentEscrow
    function statusOf(bytes32 id) external view returns (Status) {
        return _records[id].status;
    }

    /// @inheritdoc IIntentEscrow
    function openedAt(bytes32 id) external view returns (uint64) {
        return _records[id].openedAt;
    }

    /// @inheritdoc IIntentEscrow
    function idOf(Agreement calldata a) public view returns (bytes32) {
        return _digest(a.hash());
    }

    /// @inheritdoc IIntentEscrow
    function paymentOf(Agreement calldata a) public pure returns (uint256) {
        return uint256(a.quantity) * a.price / a.lot;
    }

    function _lockStake(bytes32 id, address seller, uint256 exposure) private {
        uint256 agentId = identityRegistry.agentIdOf(seller);
        require(agentId != 0, SellerNotBound(seller));
        vault.lock(id, agentId, exposure);
    }

    function _takePayment(bytes32 id, Agreement calldata a, uint256 payment, Funding calldata funding) private {
        if (funding.kind == FundingKind.Balance) {
            ledger.move(a.token, a.buyer, address(this), payment);
        } else if (funding.kind == FundingKind.Permit) {
            ledger.pullWithPermit(
                a.token, a.buyer, address(this), payment, funding.value, funding.validBefore, funding.signature
            );
        } else {
            ledger.pullWithAuthorization(
                a.token,
                a.buyer,
                address(this),
                payment,
                funding.validAfter,
                funding.validBefore,
                id,
                funding.signature
            );
        }
    }

    function _checkTerms(Agreement calldata a) private view returns (uint256 payment) {
        require(block.timestamp <= a.expiry, AgreementExpired(a.expiry, block.timestamp));
        require(
            a.deadline > a.expiry && a.deadline - a.expiry <= MAX_DURATION, InvalidDeadline(a.expiry, a.deadline)
        );
        require(a.buyer != a.seller, SameParty(a.buyer));
        require(a.payout != address(0) && a.payout != address(this), InvalidPayout(a.payout));
        require(a.token != address(0), InvalidToken(a.token));
        require(a.feeBps == feeBps, FeeMismatch(a.feeBps, feeBps));
        require(a.lot != 0, ZeroLot());
        payment = paymentOf(a);
        require(payment != 0, ZeroPayment());
    }

    function _checkSignature(address signer, bytes32 digest, bytes calldata signature) private view {
        require(signature.isFrom(signer, digest), InvalidSignature(signer));
    }

    function _requireStatus(bytes32 id, Status required) private view {
        Status actual = _records[id].status;
        require(actual == required, UnexpectedStatus(id, actual, required));
    }

    /// @dev The id under which the agreement is open. Should the chain fork and change its id, what was open before
    /// keeps its old id there, and its exits.
    function _openIdOf(Agreement calldata a) private view returns (bytes32 id) {
        bytes32 structHash = a.hash();
        id = _originDigest(structHash);
        if (_records[id].status != Status.Open) {
            id = _digest(structHash);
            _requireStatus(id, Status.Open);
        }
    }
}

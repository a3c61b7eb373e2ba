// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {AGREEMENT_WORDS, Agreement, IIntentEscrow} from "../interfaces/IIntentEscrow.sol";
import {ITreasury} from "../interfaces/ITreasury.sol";
import {AgreementCodec} from "../libraries/AgreementCodec.sol";
import {AgreementHash} from "../libraries/AgreementHash.sol";
import {AgreementTerms} from "../libraries/AgreementTerms.sol";
import {SaltedEIP712} from "../libraries/SaltedEIP712.sol";
import {Signatures} from "../libraries/Signatures.sol";

/// @title EscrowBase
/// @notice What escrowed agreements and spot trades have in common: where money and stake are, and on whose behalf a
/// key signs. No storage, only immutables.
abstract contract EscrowBase is IIntentEscrow, SaltedEIP712, ReentrancyGuardTransient {
    using AgreementCodec for bytes32[AGREEMENT_WORDS];
    using AgreementHash for Agreement;
    using AgreementTerms for Agreement;
    using Signatures for bytes;

    /// @notice The highest fee that may be deployed, in hundredths of a percent.
    uint16 public constant MAX_FEE_BPS = 1000;

    /// @inheritdoc IIntentEscrow
    ITreasury public immutable treasury;
    /// @inheritdoc IIntentEscrow
    IIdentityRegistry public immutable identityRegistry;
    /// @inheritdoc IIntentEscrow
    uint16 public immutable feeBps;

    /// @param treasury_ Where money and stake are, deployed before with this contract's address among its modules.
    /// @param feeBps_ The fee in hundredths of a percent, at most {MAX_FEE_BPS}.
    /// @param salt Random bytes, new for every deployment.
    constructor(ITreasury treasury_, uint16 feeBps_, bytes32 salt) SaltedEIP712(salt) {
        require(treasury_.isModule(address(this)), NotLedgerModule(address(treasury_), address(this)));
        require(feeBps_ <= MAX_FEE_BPS, FeeTooHigh(feeBps_, MAX_FEE_BPS));
        treasury = treasury_;
        identityRegistry = treasury_.identityRegistry();
        feeBps = feeBps_;
    }

    /// @inheritdoc IIntentEscrow
    function idOf(bytes32[AGREEMENT_WORDS] calldata agreement) external view returns (bytes32) {
        return _idOf(agreement.decode());
    }

    /// @inheritdoc IIntentEscrow
    function paymentOf(bytes32[AGREEMENT_WORDS] calldata agreement, uint64 quantity) external pure returns (uint256) {
        return agreement.decode().paymentFor(quantity);
    }

    function _idOf(Agreement memory a) internal view returns (bytes32) {
        return _originDigest(a.hash());
    }

    /// @dev What has to hold of an agreement whenever it is submitted, but for its deadline. Reverts with what does
    /// not.
    function _checkTerms(Agreement memory a) internal view returns (uint256 payment) {
        require(block.timestamp <= a.expiry, AgreementExpired(a.expiry, block.timestamp));
        require(a.buyer != a.seller && a.payer != a.seller, SameParty(a.seller));
        require(
            a.payout != address(0) && a.payout != address(this) && a.payout != address(treasury), InvalidPayout(a.payout)
        );
        require(a.token != address(0), InvalidToken(a.token));
        require(a.lot != 0, ZeroLot());
        payment = a.paymentFor(a.quantity);
        require(payment != 0 && payment <= type(uint96).max, InvalidPayment(payment));
        require(a.feeBps == feeBps, FeeMismatch(a.feeBps, feeBps));
        require(a.penaltyBps <= AgreementTerms.WHOLE, ShareTooLarge(a.penaltyBps));
    }

    /// @dev The seller's key is bound as the agreement says: to this agent, of this owner, since this epoch. A seller
    /// without agent has no stake to lock.
    function _checkSeller(Agreement memory a) internal view {
        if (a.agentId == 0) {
            require(
                a.exposure == 0 && a.sellerEpoch == 0 && a.staker == address(0), SellerNotBound(a.seller, 0, a.sellerEpoch)
            );
            return;
        }
        (uint64 agentId, uint32 epoch, address owner) = identityRegistry.bindingOf(a.seller);
        require(
            agentId == a.agentId && epoch == a.sellerEpoch && owner == a.staker,
            SellerNotBound(a.seller, a.agentId, a.sellerEpoch)
        );
    }

    /// @dev The agent within whose mandate the payer pays, 0 when the buyer pays for itself.
    function _payingAgent(Agreement memory a) internal view returns (uint256) {
        if (a.payer == a.buyer) return 0;
        (uint64 agentId, uint32 epoch, address owner) = identityRegistry.bindingOf(a.buyer);
        require(
            agentId != 0 && owner == a.payer && epoch == a.buyerEpoch, PayerNotBound(a.buyer, a.payer, a.buyerEpoch)
        );
        return agentId;
    }

    /// @dev On a fork of the chain that changed its id, parties sign for the fork, while the agreement keeps its id.
    function _checkSignatures(
        bytes32 id,
        Agreement memory a,
        bytes calldata buyerSignature,
        bytes calldata sellerSignature
    ) internal view {
        bytes32 digest = _isOrigin() ? id : _digest(a.hash());
        _checkSignature(a.buyer, digest, buyerSignature);
        _checkSignature(a.seller, digest, sellerSignature);
    }

    function _checkSignature(address signer, bytes32 digest, bytes calldata signature) internal view {
        require(signature.isFrom(signer, digest), InvalidSignature(signer));
    }
}

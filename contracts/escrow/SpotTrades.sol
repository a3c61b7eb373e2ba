// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AGREEMENT_WORDS, Agreement, IIntentEscrow} from "../interfaces/IIntentEscrow.sol";
import {AgreementCodec} from "../libraries/AgreementCodec.sol";
import {AgreementTerms} from "../libraries/AgreementTerms.sol";
import {EscrowBase} from "./EscrowBase.sol";

/// @title SpotTrades
/// @notice Agreements without deadline, settled at once: see {IIntentEscrow-trade}.
/// @dev Storage: `_nonces`: buyer => nonce / 256 => one slot, a bit per nonce. Nothing else is kept of a spot trade, so
/// that one among many costs little more than its signatures.
abstract contract SpotTrades is EscrowBase {
    using AgreementCodec for bytes32[AGREEMENT_WORDS];
    using AgreementTerms for uint256;

    mapping(address buyer => mapping(uint256 word => uint256)) private _nonces;

    /// @inheritdoc IIntentEscrow
    function trade(
        bytes32[AGREEMENT_WORDS] calldata agreement,
        bytes calldata buyerSignature,
        bytes calldata sellerSignature
    ) external nonReentrant {
        Agreement memory a = agreement.decode();
        require(a.deadline == 0 && a.exposure == 0, InvalidDeadline(a.expiry, a.deadline, 0));
        uint256 payment = _checkTerms(a);
        _checkSeller(a);
        bytes32 id = _idOf(a);
        _checkSignatures(id, a, buyerSignature, sellerSignature);
        _useNonce(a.buyer, a.nonce);

        uint256 fee = payment.share(feeBps);
        _emitTraded(id, a, payment - fee, fee);
        uint256 payingAgent = _payingAgent(a);
        _pay(a, payingAgent, a.payout, payment - fee, fee);
        if (a.relayFee != 0) _pay(a, payingAgent, msg.sender, a.relayFee, 0);
    }

    /// @inheritdoc IIntentEscrow
    function revokeNonces(uint256 word, uint256 mask) external {
        _nonces[msg.sender][word] |= mask;
        emit NoncesRevoked(msg.sender, word, mask);
    }

    /// @inheritdoc IIntentEscrow
    function isNonceUsed(address buyer, uint256 nonce) external view returns (bool) {
        return _nonces[buyer][nonce >> 8] & (1 << (nonce & 0xff)) != 0;
    }

    function _useNonce(address buyer, uint256 nonce) private {
        uint256 bit = 1 << (nonce & 0xff);
        uint256 word = _nonces[buyer][nonce >> 8];
        require(word & bit == 0, NonceUsed(buyer, nonce));
        _nonces[buyer][nonce >> 8] = word | bit;
    }

    function _pay(Agreement memory a, uint256 payingAgent, address to, uint256 amount, uint256 fee) private {
        if (payingAgent == 0) treasury.move(a.token, a.payer, to, amount, fee);
        else treasury.moveFor(a.token, a.payer, payingAgent, to, amount, fee);
    }

    function _emitTraded(bytes32 id, Agreement memory a, uint256 paid, uint256 fee) private {
        emit Traded(id, a.buyer, a.seller, a.token, a.payout, a.quantity, paid, fee, a.intentHash, a.termsHash);
    }
}

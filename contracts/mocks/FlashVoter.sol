// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {MeshToken} from "../MeshToken.sol";

/// @title FlashVoter
/// @notice Borrows votes from a lender and gives them back within the transaction.
contract FlashVoter {
    /// @notice Takes part in no vote: it only has the votes for a moment.
    function hold(MeshToken token, address lender, uint256 amount) external {
        _borrow(token, lender, amount);
        token.transfer(lender, amount);
    }

    /// @notice Votes for a proposal with what it borrowed.
    function vote(MeshToken token, address lender, uint256 amount, IGovernor governor, uint256 proposalId) external {
        _borrow(token, lender, amount);
        governor.castVote(proposalId, 1);
        token.transfer(lender, amount);
    }

    /// @notice Proposes with what it borrowed.
    function propose(
        MeshToken token,
        address lender,
        uint256 amount,
        IGovernor governor,
        address[] calldata targets,
        bytes[] calldata calldatas
    ) external {
        _borrow(token, lender, amount);
        governor.propose(targets, new uint256[](targets.length), calldatas, "flash");
        token.transfer(lender, amount);
    }

    function _borrow(MeshToken token, address lender, uint256 amount) private {
        token.transferFrom(lender, address(this), amount);
        token.delegate(address(this));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BanCase} from "../../../../contracts/interfaces/IBanList.sol";
import {vm} from "../Vm.sol";
import {DirectoryWorld} from "./DirectoryWorld.sol";

/// @notice Accusations, answers and decisions, at any time and by anybody. Agent n + 1 is actor n's.
abstract contract BanActions is DirectoryWorld {
    uint256 public bonded;
    uint256 public claimed;
    uint256 public burned;
    /// @notice Until when the last vote bans an agent; 0 when it was acquitted since.
    mapping(uint256 agentId => uint256) public votedUntil;
    /// @notice Until when the last accusation that nobody answered bans an agent.
    mapping(uint256 agentId => uint256) public silentUntil;

    function accuse(uint256 actor, uint256 agentSeed) external {
        uint256 bond = directory.accusationBond();
        vm.prank(actors[actor % ACTORS]);
        try directory.accuse(_agent(agentSeed), keccak256("evidence"), "uri") {
            bonded += bond;
        } catch {}
    }

    function contest(uint256 actor, uint256 agentSeed) external {
        vm.prank(actors[actor % ACTORS]);
        try directory.contest(_agent(agentSeed)) {} catch {}
    }

    function close(uint256 agentSeed) external {
        uint256 agentId = _agent(agentSeed);
        BanCase memory before = directory.caseOf(agentId);
        try directory.close(agentId) {
            if (before.contestedAt == 0) silentUntil[agentId] = before.accusedAt + 187 days;
            else burned += before.bond - before.bond / 2;
        } catch {}
    }

    function ban(uint256 agentSeed) external {
        uint256 agentId = _agent(agentSeed);
        directory.ban(agentId, keccak256("voted"), "uri");
        votedUntil[agentId] = block.timestamp + 180 days;
    }

    function acquit(uint256 agentSeed) external {
        uint256 agentId = _agent(agentSeed);
        BanCase memory before = directory.caseOf(agentId);
        directory.acquit(agentId);
        (votedUntil[agentId], silentUntil[agentId]) = (0, 0);
        if (before.accuser != address(0)) burned += before.bond - before.bond / 2;
    }

    function setAccusationBond(uint128 bond) external {
        try directory.setAccusationBond(bond % 20_000) {} catch {}
    }

    function claimBonds(uint256 actor) external {
        address account = actors[actor % ACTORS];
        uint256 amount = directory.claimable(account);
        vm.prank(account);
        try directory.claimBonds(account) {
            claimed += amount;
        } catch {}
    }

    function _agent(uint256 seed) private pure returns (uint256) {
        return seed % ACTORS + 1;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice A place on the list; one storage slot, all zero when vacant.
struct Juror {
    uint64 agentId;
    /// Who enlisted the agent, and owned it then.
    address depositor;
    /// The block in which that was.
    uint32 since;
}

/// @title JurorList
/// @notice The agents that may be drawn as jurors.
/// @dev Nobody's place ever moves, and the list never gets shorter: a vacant place is given to the next who comes.
/// Were places moved to close gaps, whoever knows the hash that draws a panel could enlist and delist until it drew
/// the panel that he wants. As it is, he can do no more than give up places of his own.
library JurorList {
    using SafeCast for uint256;

    struct List {
        Juror[] places;
        uint32[] vacant;
        /// Agent id => its place, counted from 1.
        mapping(uint256 agentId => uint256) placeOf;
    }

    /// @dev The agent must not be on the list.
    function add(List storage list, uint256 agentId, address depositor) internal {
        Juror memory juror = Juror(agentId.toUint64(), depositor, block.number.toUint32());
        uint256 vacancies = list.vacant.length;
        if (vacancies == 0) {
            list.places.push(juror);
            list.placeOf[agentId] = list.places.length;
        } else {
            uint256 place = list.vacant[vacancies - 1];
            list.vacant.pop();
            list.places[place] = juror;
            list.placeOf[agentId] = place + 1;
        }
    }

    /// @dev The agent must be on the list.
    function remove(List storage list, uint256 agentId) internal {
        uint256 place = list.placeOf[agentId] - 1;
        delete list.placeOf[agentId];
        delete list.places[place];
        list.vacant.push(place.toUint32());
    }

    /// @dev Who enlisted the agent; zero when it is not on the list.
    function depositorOf(List storage list, uint256 agentId) internal view returns (address) {
        uint256 place = list.placeOf[agentId];
        return place == 0 ? address(0) : list.places[place - 1].depositor;
    }
}

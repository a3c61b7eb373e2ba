// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVersions, Version} from "../interfaces/IVersions.sol";

/// @title VersionHistory
/// @notice The append-only histories of many names. Versions are numbered from 1; the last is the current one.
library VersionHistory {
    /// @dev `names` are those with a history, in the order of their beginning.
    struct Histories {
        bytes32[] names;
        mapping(bytes32 name => Version[]) versions;
    }

    function append(Histories storage self, bytes32 name, address location) internal returns (uint256 number) {
        require(name != bytes32(0), IVersions.EmptyName());
        Version[] storage versions = self.versions[name];
        if (versions.length == 0) self.names.push(name);
        versions.push(Version(location, uint48(block.timestamp), 0));
        return versions.length;
    }

    function setSunset(Histories storage self, bytes32 name, uint256 number, uint48 sunset, uint48 notice) internal {
        Version storage version = self.versions[name][indexOf(self, name, number)];
        require(number != self.versions[name].length, IVersions.CurrentVersion(name, number));
        uint256 former = version.sunset;
        require(former == 0 || block.timestamp < former, IVersions.SunsetPassed(former, block.timestamp));
        uint256 earliest = block.timestamp + notice;
        require(sunset >= earliest, IVersions.SunsetTooSoon(sunset, earliest));
        version.sunset = sunset;
    }

    function versionOf(Histories storage self, bytes32 name, uint256 number) internal view returns (Version memory) {
        return self.versions[name][indexOf(self, name, number)];
    }

    function statusOf(Histories storage self, bytes32 name, uint256 number) internal view returns (IVersions.Status) {
        Version[] storage versions = self.versions[name];
        if (number == 0 || number > versions.length) return IVersions.Status.None;
        if (number == versions.length) return IVersions.Status.Current;
        uint256 sunset = versions[number - 1].sunset;
        bool isOver = sunset != 0 && block.timestamp >= sunset;
        return isOver ? IVersions.Status.Sunset : IVersions.Status.Deprecated;
    }

    function indexOf(Histories storage self, bytes32 name, uint256 number) private view returns (uint256) {
        require(
            number != 0 && number <= self.versions[name].length, IVersions.UnknownVersion(name, number)
        );
        return number - 1;
    }
}

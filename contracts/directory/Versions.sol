// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVersions, Version} from "../interfaces/IVersions.sol";
import {VersionHistory} from "../libraries/VersionHistory.sol";
import {Governed} from "./Governed.sol";

/// @title Versions
/// @notice See {IVersions}.
/// @dev Storage:
/// - `_contracts`, `_protocols`: two slots each. First: number of names, which follow at its hash. Second: name =>
///   versions, one slot each: address (20 bytes), since (6), sunset (6).
/// - `_places`: contract => two slots. First: name. Second: number of its version.
abstract contract Versions is IVersions, Governed {
    using VersionHistory for VersionHistory.Histories;

    struct Place {
        bytes32 name;
        uint256 number;
    }

    /// @inheritdoc IVersions
    uint48 public constant SUNSET_NOTICE = 30 days;

    VersionHistory.Histories private _contracts;
    VersionHistory.Histories private _protocols;
    mapping(address location => Place) private _places;

    constructor(NamedContract[] memory contracts, bytes32[] memory protocols) {
        for (uint256 i = 0; i < contracts.length; ++i) {
            _registerContract(contracts[i].name, contracts[i].location);
        }
        for (uint256 i = 0; i < protocols.length; ++i) {
            _registerProtocol(protocols[i]);
        }
    }

    /// @inheritdoc IVersions
    function registerContract(bytes32 name, address location) external onlyGovernance {
        _registerContract(name, location);
    }

    /// @inheritdoc IVersions
    function setContractSunset(bytes32 name, uint256 number, uint48 sunset) external onlyGovernance {
        _contracts.setSunset(name, number, sunset, SUNSET_NOTICE);
        emit ContractSunset(name, number, sunset);
    }

    /// @inheritdoc IVersions
    function registerProtocol(bytes32 name) external onlyGovernance {
        _registerProtocol(name);
    }

    /// @inheritdoc IVersions
    function setProtocolSunset(bytes32 name, uint256 number, uint48 sunset) external onlyGovernance {
        _protocols.setSunset(name, number, sunset, SUNSET_NOTICE);
        emit ProtocolSunset(name, number, sunset);
    }

    /// @inheritdoc IVersions
    function contractNameCount() external view returns (uint256) {
        return _contracts.names.length;
    }

    /// @inheritdoc IVersions
    function contractNameAt(uint256 index) external view returns (bytes32) {
        return _contracts.names[index];
    }

    /// @inheritdoc IVersions
    function contractVersionCount(bytes32 name) external view returns (uint256) {
        return _contracts.versions[name].length;
    }

    /// @inheritdoc IVersions
    function contractVersion(bytes32 name, uint256 number) external view returns (Version memory) {
        return _contracts.versionOf(name, number);
    }

    /// @inheritdoc IVersions
    function currentContract(bytes32 name) external view returns (address location, uint256 number) {
        number = _contracts.versions[name].length;
        if (number != 0) location = _contracts.versions[name][number - 1].location;
    }

    /// @inheritdoc IVersions
    function identify(address location) external view returns (bytes32 name, uint256 number, Status status) {
        Place storage place = _places[location];
        (name, number) = (place.name, place.number);
        status = _contracts.statusOf(name, number);
    }

    /// @inheritdoc IVersions
    function protocolNameCount() external view returns (uint256) {
        return _protocols.names.length;
    }

    /// @inheritdoc IVersions
    function protocolNameAt(uint256 index) external view returns (bytes32) {
        return _protocols.names[index];
    }

    /// @inheritdoc IVersions
    function protocolVersionCount(bytes32 name) external view returns (uint256) {
        return _protocols.versions[name].length;
    }

    /// @inheritdoc IVersions
    function protocolVersion(bytes32 name, uint256 number) external view returns (Version memory) {
        return _protocols.versionOf(name, number);
    }

    /// @inheritdoc IVersions
    function protocolStatus(bytes32 name, uint256 number) external view returns (Status) {
        return _protocols.statusOf(name, number);
    }

    function _registerContract(bytes32 name, address location) private {
        require(location.code.length != 0, NotAContract(location));
        require(_places[location].number == 0, AlreadyRegistered(location));
        uint256 number = _contracts.append(name, location);
        _places[location] = Place(name, number);
        emit ContractRegistered(name, number, location);
    }

    function _registerProtocol(bytes32 name) private {
        uint256 number = _protocols.append(name, address(0));
        emit ProtocolRegistered(name, number);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice One version of a contract or of a protocol.
struct Version {
    /// @dev Where the contract is; zero for a protocol.
    address location;
    /// @dev Unix time of its registration.
    uint48 since;
    /// @dev Unix time from which nothing new is begun with it; 0 = no date set.
    uint48 sunset;
}

/// @title Versions of contracts and protocols
/// @notice Names and numbers what the network consists of. The newest version of a name is the current one; those
/// before it are deprecated, and may be given a sunset date from which nodes begin nothing new with them.
///
/// A history only grows. No version changes its address or disappears, so whoever has an agreement under one finds it
/// here for as long as the chain lasts; what the contract at that address does is beyond anybody's reach. To change a
/// fee, an arbitrator or any other rule is therefore to offer another version, for agreements that are yet to be made.
///
/// The current version cannot be given a sunset: that would close the network. Names are ASCII, left-aligned.
interface IVersions {
    /// @notice How a version stands.
    enum Status {
        None,
        Current,
        Deprecated,
        Sunset
    }

    /// @notice A contract and its name, for the first versions.
    struct NamedContract {
        bytes32 name;
        address location;
    }

    /// @notice Emitted when a contract became the current version of a name.
    event ContractRegistered(bytes32 indexed name, uint256 indexed number, address indexed location);
    /// @notice Emitted when a deprecated version of a contract was given a sunset date.
    event ContractSunset(bytes32 indexed name, uint256 indexed number, uint256 sunset);
    /// @notice Emitted when a protocol's next version became current.
    event ProtocolRegistered(bytes32 indexed name, uint256 indexed number);
    /// @notice Emitted when a deprecated version of a protocol was given a sunset date.
    event ProtocolSunset(bytes32 indexed name, uint256 indexed number, uint256 sunset);

    /// @notice Thrown when a name is empty.
    error EmptyName();
    /// @notice Thrown when no contract is at the address.
    error NotAContract(address location);
    /// @notice Thrown when the contract was registered before; a version stands for one address and never returns.
    error AlreadyRegistered(address location);
    /// @notice Thrown when there is no such version.
    error UnknownVersion(bytes32 name, uint256 number);
    /// @notice Thrown when the current version would be given a sunset.
    error CurrentVersion(bytes32 name, uint256 number);
    /// @notice Thrown when a sunset comes sooner than {SUNSET_NOTICE} allows.
    error SunsetTooSoon(uint256 sunset, uint256 earliest);
    /// @notice Thrown when the version's sunset is over already, which is final.
    error SunsetPassed(uint256 sunset, uint256 timestamp);

    /// @notice Least time, in seconds, between setting a sunset date and the date.
    function SUNSET_NOTICE() external view returns (uint48);

    /// @notice Number of contract names.
    function contractNameCount() external view returns (uint256);

    /// @notice A contract name, by its place in the order of first registration, from 0.
    function contractNameAt(uint256 index) external view returns (bytes32);

    /// @notice Number of versions of a contract; the newest has this number, the first has 1.
    function contractVersionCount(bytes32 name) external view returns (uint256);

    /// @notice A version of a contract. Reverts when there is none of that number.
    function contractVersion(bytes32 name, uint256 number) external view returns (Version memory);

    /// @notice The current version of a contract.
    /// @return location Its address, zero when the name is unknown.
    /// @return number Its number, 0 when the name is unknown.
    function currentContract(bytes32 name) external view returns (address location, uint256 number);

    /// @notice What a contract is.
    /// @return name Its name, empty when it is unknown.
    /// @return number The number of its version.
    /// @return status Nodes begin nothing new with what is Sunset or None.
    function identify(address location) external view returns (bytes32 name, uint256 number, Status status);

    /// @notice Number of protocol names.
    function protocolNameCount() external view returns (uint256);

    /// @notice A protocol name, by its place in the order of first registration, from 0.
    function protocolNameAt(uint256 index) external view returns (bytes32);

    /// @notice Number of versions of a protocol, which is the current one's major version.
    function protocolVersionCount(bytes32 name) external view returns (uint256);

    /// @notice A version of a protocol. Reverts when there is none of that number.
    function protocolVersion(bytes32 name, uint256 number) external view returns (Version memory);

    /// @notice How a version of a protocol stands. Nodes speak none that is Sunset or None.
    function protocolStatus(bytes32 name, uint256 number) external view returns (Status);

    /// @notice Makes a contract the current version of a name; the one before becomes deprecated, with no sunset yet.
    /// Only governance.
    /// @param name Any; a new one begins a history.
    /// @param location A contract that was never registered before.
    function registerContract(bytes32 name, address location) external;

    /// @notice Sets or moves the sunset of a deprecated version of a contract. Only governance.
    /// @param sunset Unix time, at least {SUNSET_NOTICE} ahead, also when an earlier date is moved.
    function setContractSunset(bytes32 name, uint256 number, uint48 sunset) external;

    /// @notice Makes a protocol's next major version current. Only governance.
    /// @param name As in the protocol's identifier: `negotiation`, `intents`.
    function registerProtocol(bytes32 name) external;

    /// @notice Sets or moves the sunset of a deprecated version of a protocol. Only governance.
    /// @param sunset Unix time, at least {SUNSET_NOTICE} ahead, also when an earlier date is moved.
    function setProtocolSunset(bytes32 name, uint256 number, uint48 sunset) external;
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title MarkBook
/// @notice Marks that are set once, cheap for accounts that number what they sign.
/// @dev Four marks share a slot: of an account's numbers 4n to 4n + 3, the first id that comes with each. A mark is 64
/// bits of the id, so that nobody finds another id of the same number that looks marked; whatever else comes with a
/// number that was used before has a slot of its own, and numbers need not be trusted.
library MarkBook {
    /// Storage: `words`, account => number / 4 => four marks; `others`, id => whether it is marked.
    struct Book {
        mapping(address account => mapping(uint256 word => uint256)) words;
        mapping(bytes32 id => bool) others;
    }

    /// @dev Marks an id, and says whether it was not marked before.
    function mark(Book storage book, address account, uint256 number, bytes32 id) internal returns (bool isNew) {
        uint256 word = book.words[account][number >> 2];
        uint64 found = _at(word, number);
        if (found == 0) {
            book.words[account][number >> 2] = word | uint256(_markOf(id)) << _shift(number);
            return true;
        }
        if (found == _markOf(id) || book.others[id]) return false;
        book.others[id] = true;
        return true;
    }

    /// @dev Whether an id is marked.
    function isMarked(Book storage book, address account, uint256 number, bytes32 id) internal view returns (bool) {
        return _at(book.words[account][number >> 2], number) == _markOf(id) || book.others[id];
    }

    function _at(uint256 word, uint256 number) private pure returns (uint64) {
        return uint64(word >> _shift(number));
    }

    function _shift(uint256 number) private pure returns (uint256) {
        return (number & 3) << 6;
    }

    /// @dev Never 0, which stands for no mark.
    function _markOf(bytes32 id) private pure returns (uint64) {
        return uint64(uint256(id)) | 1;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title TagBook
/// @notice Numbers for texts that are used again and again, so that using one costs a look-up and no storage.
/// @dev The number 0 is the empty text. Numbers last: to use up all of them takes 2^32 storing transactions.
library TagBook {
    using SafeCast for uint256;

    /// Storage: `numbers`, text => its number; `texts`, number - 1 => text.
    struct Book {
        mapping(string text => uint32) numbers;
        string[] texts;
    }

    /// @dev The text's number, which it gets when it has none.
    function enter(Book storage book, string calldata text) internal returns (uint32 number) {
        if (bytes(text).length == 0) return 0;
        number = book.numbers[text];
        if (number != 0) return number;
        book.texts.push(text);
        number = book.texts.length.toUint32();
        book.numbers[text] = number;
    }

    /// @dev Whether there can be anything under the text, and under which number.
    function find(Book storage book, string memory text) internal view returns (bool known, uint32 number) {
        if (bytes(text).length == 0) return (true, 0);
        number = book.numbers[text];
        return (number != 0, number);
    }

    /// @dev The text with the number.
    function read(Book storage book, uint32 number) internal view returns (string memory) {
        return number == 0 ? "" : book.texts[number - 1];
    }
}

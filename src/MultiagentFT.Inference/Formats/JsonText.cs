namespace MultiagentFT.Inference.Formats;

/// <summary>
/// How far a JSON text (RFC 8259) has come whose root is an object, byte by byte. A value: copies go on by themselves. Narrower than the format in three ways, so that
/// every reader takes what a model writes and no model writes blanks for ever: at most <see cref="MostDepth"/> objects and arrays within each other,
/// <see cref="MostBlanks"/> blanks in a row, and no escaped surrogates (characters beyond U+FFFF can be written as they are).
/// </summary>
internal struct JsonText
{
    public const int MostDepth = 64;

    public const int MostBlanks = 64;

    private Place _place;

    /// <summary>A bit for each open bracket, the innermost lowest: 1 for an object.</summary>
    private ulong _objects;

    private byte _depth;
    private byte _blanks;

    /// <summary>Whether the string is a name.</summary>
    private bool _isName;

    /// <summary>Bytes of the word or of the character that are still to come.</summary>
    private byte _left;

    /// <summary>Bounds of the character's next byte.</summary>
    private byte _least;
    private byte _most;

    private enum Place : byte
    {
        Beginning,
        ObjectBegun,
        NameDue,
        ColonDue,
        ValueDue,
        ArrayBegun,
        ValueEnded,
        Ended,
        InString,
        InCharacter,
        Escape,
        Hex1,
        Hex2,
        Hex2BelowSurrogates,
        Hex3,
        Hex4,
        Minus,
        Zero,
        Whole,
        Point,
        Fraction,
        ExponentBegun,
        ExponentSigned,
        Exponent,
        InTrue,
        InFalse,
        InNull,
    }

    /// <summary>Whether the object is whole. Nothing goes on with it, not even a blank.</summary>
    public readonly bool IsWhole => _place == Place.Ended;

    /// <summary>Whether the bytes, one or more, go on with the text. Where they do not it is as it was.</summary>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0) return false;
        var next = this;
        foreach (var value in bytes)
        {
            if (!next.TryAppend(value)) return false;
        }
        this = next;
        return true;
    }

    private bool TryAppend(byte value)
    {
        switch (_place)
        {
            case Place.InString:
                return InString(value);
            case Place.InCharacter:
                if (value < _least || value > _most) return false;
                (_least, _most) = (0x80, 0xBF);
                return --_left > 0 || Go(Place.InString);
            case Place.Escape:
                if (value == 'u') return Go(Place.Hex1);
                return value is (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t' && Go(Place.InString);
            case Place.Hex1:
                return char.IsAsciiHexDigit((char)value) && Go(value is (byte)'d' or (byte)'D' ? Place.Hex2BelowSurrogates : Place.Hex2);
            case Place.Hex2BelowSurrogates:
                return value is >= (byte)'0' and <= (byte)'7' && Go(Place.Hex3);
            case Place.Hex2 or Place.Hex3:
                return char.IsAsciiHexDigit((char)value) && Go(_place == Place.Hex2 ? Place.Hex3 : Place.Hex4);
            case Place.Hex4:
                return char.IsAsciiHexDigit((char)value) && Go(Place.InString);
            case Place.InTrue:
                return InWord(value, "true"u8);
            case Place.InFalse:
                return InWord(value, "false"u8);
            case Place.InNull:
                return InWord(value, "null"u8);
            case Place.Minus or Place.Point or Place.ExponentBegun or Place.ExponentSigned:
                return NumberGoesOn(value);
            case Place.Zero or Place.Whole or Place.Fraction or Place.Exponent:
                if (NumberGoesOn(value)) return true;
                // What comes after a number ends it.
                _place = Place.ValueEnded;
                break;
        }
        return Between(value);
    }

    /// <summary>Outside of strings, words and numbers.</summary>
    private bool Between(byte value)
    {
        if (value is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r') return _place != Place.Ended && _blanks++ < MostBlanks;
        _blanks = 0;
        return _place switch
        {
            Place.Beginning => value == '{' && Open(isObject: true),
            Place.ObjectBegun => value == '}' ? Close(isObject: true) : value == '"' && Begin(isName: true),
            Place.NameDue => value == '"' && Begin(isName: true),
            Place.ColonDue => value == ':' && Go(Place.ValueDue),
            Place.ArrayBegun => value == ']' ? Close(isObject: false) : Value(value),
            Place.ValueDue => Value(value),
            Place.ValueEnded => value switch
            {
                (byte)',' => Go((_objects & 1) == 1 ? Place.NameDue : Place.ValueDue),
                (byte)'}' => Close(isObject: true),
                (byte)']' => Close(isObject: false),
                _ => false,
            },
            _ => false,
        };
    }

    private bool Value(byte value) => value switch
    {
        (byte)'{' => Open(isObject: true),
        (byte)'[' => Open(isObject: false),
        (byte)'"' => Begin(isName: false),
        (byte)'-' => Go(Place.Minus),
        (byte)'0' => Go(Place.Zero),
        >= (byte)'1' and <= (byte)'9' => Go(Place.Whole),
        (byte)'t' => Word(Place.InTrue, 3),
        (byte)'f' => Word(Place.InFalse, 4),
        (byte)'n' => Word(Place.InNull, 3),
        _ => false,
    };

    private bool NumberGoesOn(byte value)
    {
        var isDigit = value is >= (byte)'0' and <= (byte)'9';
        switch (_place)
        {
            case Place.Minus:
                return isDigit && Go(value == '0' ? Place.Zero : Place.Whole);
            case Place.Point:
                return isDigit && Go(Place.Fraction);
            case Place.ExponentBegun:
                return isDigit ? Go(Place.Exponent) : value is (byte)'+' or (byte)'-' && Go(Place.ExponentSigned);
            case Place.ExponentSigned:
                return isDigit && Go(Place.Exponent);
        }
        if (isDigit) return _place != Place.Zero;
        if (value == '.') return _place is Place.Zero or Place.Whole && Go(Place.Point);
        return value is (byte)'e' or (byte)'E' && _place != Place.Exponent && Go(Place.ExponentBegun);
    }

    private bool InString(byte value)
    {
        if (value == '"') return Go(_isName ? Place.ColonDue : Place.ValueEnded);
        if (value == '\\') return Go(Place.Escape);
        return value < 0x80 ? value >= 0x20 : Character(value);
    }

    /// <summary>The first byte of a character of several (Unicode 3.9, table of well-formed UTF-8): the shortest form, and no surrogates.</summary>
    private bool Character(byte value)
    {
        (_least, _most) = value switch
        {
            0xE0 => ((byte)0xA0, (byte)0xBF),
            0xED => ((byte)0x80, (byte)0x9F),
            0xF0 => ((byte)0x90, (byte)0xBF),
            0xF4 => ((byte)0x80, (byte)0x8F),
            _ => ((byte)0x80, (byte)0xBF),
        };
        _left = value switch
        {
            >= 0xC2 and <= 0xDF => 1,
            >= 0xE0 and <= 0xEF => 2,
            >= 0xF0 and <= 0xF4 => 3,
            _ => 0,
        };
        return _left > 0 && Go(Place.InCharacter);
    }

    private bool InWord(byte value, ReadOnlySpan<byte> word)
    {
        if (value != word[^_left]) return false;
        return --_left > 0 || Go(Place.ValueEnded);
    }

    private bool Word(Place place, byte left)
    {
        _left = left;
        return Go(place);
    }

    private bool Begin(bool isName)
    {
        _isName = isName;
        return Go(Place.InString);
    }

    private bool Open(bool isObject)
    {
        if (_depth == MostDepth) return false;
        _depth++;
        _objects = (_objects << 1) | (isObject ? 1u : 0u);
        return Go(isObject ? Place.ObjectBegun : Place.ArrayBegun);
    }

    private bool Close(bool isObject)
    {
        if ((_objects & 1) == 1 != isObject) return false;
        _objects >>= 1;
        return Go(--_depth == 0 ? Place.Ended : Place.ValueEnded);
    }

    private bool Go(Place place)
    {
        _place = place;
        return true;
    }
}

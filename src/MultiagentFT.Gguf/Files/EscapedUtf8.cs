using System.Buffers;
using System.Text;

namespace MultiagentFT.Gguf;

/// <summary>
/// Text of bytes that need not be UTF-8: each byte that is no part of a character is the lone surrogate U+DC00 + byte, which UTF-8 never
/// gives, so the bytes can be had back (as Python's "surrogateescape" has it).
/// </summary>
public static class EscapedUtf8
{
    private const char FirstEscape = '\udc80';
    private const char LastEscape = '\udcff';
    private const int EscapeBase = 0xdc00;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes)) return StrictUtf8.GetString(bytes);
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var count) == OperationStatus.Done) text.Append(rune);
            else foreach (var value in bytes[..count]) text.Append((char)(EscapeBase + value));
            bytes = bytes[count..];
        }
        return text.ToString();
    }

    /// <summary>What was decoded.</summary>
    /// <exception cref="EncoderFallbackException">There is a lone surrogate that stands for no byte.</exception>
    public static byte[] Encode(string text)
    {
        if (!HasEscapes(text)) return StrictUtf8.GetBytes(text);
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (IsEscape(text, i)) bytes.Add((byte)(text[i] - EscapeBase));
            else bytes.AddRange(StrictUtf8.GetBytes(text.Substring(i, StartsPair(text, i) ? 2 : 1)));
            if (StartsPair(text, i)) i++;
        }
        return [.. bytes];
    }

    /// <summary>Whether a text has bytes that are no characters.</summary>
    public static bool HasEscapes(string text) => text.AsSpan().IndexOfAnyInRange(FirstEscape, LastEscape) >= 0 && Enumerable.Range(0, text.Length).Any(i => IsEscape(text, i));

    /// <summary>The text with those bytes spelled as <c>\xFF</c>, for people and for JSON.</summary>
    public static string Show(string text) => HasEscapes(text)
        ? string.Concat(text.Select((letter, i) => IsEscape(text, i) ? $"\\x{letter - EscapeBase:X2}" : letter.ToString()))
        : text;

    private static bool StartsPair(string text, int index) => index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]);

    private static bool IsEscape(string text, int index) =>
        text[index] is >= FirstEscape and <= LastEscape && (index == 0 || !char.IsHighSurrogate(text[index - 1]));
}

using System.Text;

namespace MultiagentFT.Gguf;

/// <summary>
/// The printable character that stands for each byte in GPT-2's byte-level vocabularies, which llama.cpp's "gpt2"
/// tokenizer expects: visible Latin-1 characters stand for themselves, the others follow from U+0100 on.
/// </summary>
public static class ByteAlphabet
{
    private static readonly char[] Characters = Build();

    public static char Of(byte value) => Characters[value];

    /// <summary>A text's UTF-8 bytes as characters of the alphabet.</summary>
    public static string Encode(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(Of));

    private static char[] Build()
    {
        var characters = new char[256];
        var next = (char)256;
        for (var value = 0; value < 256; value++)
        {
            var visible = value is (>= '!' and <= '~') or (>= 0xa1 and <= 0xac) or (>= 0xae and <= 0xff);
            characters[value] = visible ? (char)value : next++;
        }
        return characters;
    }
}

using MultiagentFT.Gguf;

namespace MultiagentFT.Bench.Models;

/// <summary>
/// A byte-level BPE vocabulary of any size from <see cref="Smallest"/> on: bytes, words made up letter by letter, the control
/// tokens of ChatML. Any text can be encoded, and the text of words is read back as the same tokens, so that an answer
/// fills another's prompt with as many tokens as it was drawn in.
/// </summary>
public static class SyntheticVocabulary
{
    /// <summary>Bytes and control tokens alone.</summary>
    public const int Smallest = Bytes + 3;

    private const int Bytes = 256;
    private const int NormalType = 1;
    private const int ControlType = 3;

    /// <summary>ChatML.</summary>
    private const string ChatTemplate =
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    /// <summary>Writes the tokenizer's keys of the GGUF specification, and the chat template.</summary>
    /// <param name="metadata">Of the model.</param>
    /// <param name="size">Tokens.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than <see cref="Smallest"/>.</exception>
    public static void Describe(GgufMetadata metadata, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, Smallest);
        var words = Words(size - Smallest);
        metadata.Set("tokenizer.ggml.model", "gpt2");
        metadata.Set("tokenizer.ggml.pre", "gpt-2");
        metadata.Set(
            "tokenizer.ggml.tokens",
            (string[])[.. Enumerable.Range(0, Bytes).Select(value => ByteAlphabet.Of((byte)value).ToString()), .. words, "<|endoftext|>", "<|im_start|>", "<|im_end|>"]);
        metadata.Set("tokenizer.ggml.token_type", Enumerable.Range(0, size).Select(token => token < size - 3 ? NormalType : ControlType).ToArray());
        metadata.Set("tokenizer.ggml.merges", words.Select(word => $"{word[..^1]} {word[^1]}").ToArray());
        metadata.Set("tokenizer.ggml.bos_token_id", (uint)(size - 3));
        metadata.Set("tokenizer.ggml.eos_token_id", (uint)(size - 1));
        metadata.Set("tokenizer.ggml.add_bos_token", false);
        metadata.Set("tokenizer.chat_template", ChatTemplate);
    }

    /// <summary>
    /// Shorter words first, each a blank and letters. A word is its beginning merged with its last letter, so the only way
    /// to merge a text of letters ends at its longest beginning that is a word.
    /// </summary>
    private static List<string> Words(int count)
    {
        var words = new List<string>(count + 1) { ByteAlphabet.Encode(" ") };
        for (var beginning = 0; words.Count <= count; beginning++)
        {
            for (var letter = 'a'; letter <= 'z' && words.Count <= count; letter++) words.Add(words[beginning] + letter);
        }
        return words[1..];
    }
}

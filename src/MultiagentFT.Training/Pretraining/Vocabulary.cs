using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;

namespace MultiagentFT.Training.Pretraining;

/// <summary>A byte-level BPE vocabulary: 256 bytes, learned merges, control tokens of the ChatML template.</summary>
public sealed class Vocabulary
{
    public const string TurnStart = "<|im_start|>";
    public const string TurnEnd = "<|im_end|>";
    public const string TextEnd = "<|endoftext|>";

    public const string TokensKey = "tokenizer.ggml.tokens";

    private const int SampleConversations = 2000;
    private const int NormalToken = 1;
    private const int ControlToken = 3;

    /// <summary>ChatML.</summary>
    private const string ChatTemplate =
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private readonly string[] _tokens;
    private readonly string[] _merges;

    public Vocabulary(IReadOnlyList<(string Left, string Right)> merges)
    {
        _merges = [.. merges.Select(merge => $"{merge.Left} {merge.Right}")];
        _tokens =
        [
            .. Enumerable.Range(0, 256).Select(value => ByteAlphabet.Of((byte)value).ToString()),
            .. merges.Select(merge => merge.Left + merge.Right).Distinct(),
            TextEnd, TurnStart, TurnEnd,
        ];
    }

    /// <summary>Learns the merges from a fixed sample of the corpus and the names of the roles.</summary>
    public static Vocabulary Learn(PromptSet prompts, CorpusMix mix, int maxMerges) => new(Merges(prompts, mix, maxMerges, []));

    /// <summary>This vocabulary and more merges, learned from another mix: what it spells in pieces becomes shorter, all else stays as it was.</summary>
    public Vocabulary Extended(PromptSet prompts, CorpusMix mix, int maxMerges) => new(Merges(prompts, mix, maxMerges, [.. _merges.Select(Merge)]));

    private static IReadOnlyList<(string Left, string Right)> Merges(
        PromptSet prompts, CorpusMix mix, int maxMerges, IReadOnlyList<(string Left, string Right)> first)
    {
        var corpus = new MixedCorpus(prompts, new CorpusMix { CarelessMistakes = 0, WordProblems = mix.WordProblems, Symbolic = mix.Symbolic }, new Seed(0).Of("vocabulary"));
        string[] roles = [ChatMessage.UserRole, ChatMessage.AssistantRole, ChatMessage.SystemRole];
        var texts = Enumerable.Range(0, SampleConversations)
            .SelectMany(_ => corpus.Next().Example.Messages)
            .SelectMany(message => (string[])[message.Content, message.Role])
            .Concat(roles).Concat(roles);
        return BytePairTrainer.Train(texts, maxMerges, minimumCount: 2, first);
    }

    /// <summary>The vocabulary of a model that <see cref="ModelExporter"/> wrote.</summary>
    /// <exception cref="InputException">The merges are missing or not pairs.</exception>
    public static Vocabulary Of(GgufMetadata metadata) =>
        new([.. metadata.RequireStringArray("tokenizer.ggml.merges").Select(Merge)]);

    private static (string Left, string Right) Merge(string text) => text.Split(' ') is [var left, var right]
        ? (left, right)
        : throw new InputException("tokenizer.ggml.merges", null, "two parts with a blank between", text);

    public IReadOnlyList<string> Tokens => _tokens;

    /// <summary>
    /// For each token the ids of an older vocabulary that spell it: itself, or, of a token that is new, the parts which it was merged from.
    /// </summary>
    /// <param name="older">The vocabulary that this one extends.</param>
    public IReadOnlyList<IReadOnlyList<int>> SpelledIn(Vocabulary older)
    {
        var known = older._tokens.Index().ToDictionary(token => token.Item, token => token.Index);
        var parts = new Dictionary<string, IReadOnlyList<int>>();
        foreach (var (left, right) in _merges.Select(Merge)) parts.TryAdd(left + right, [.. Of(left), .. Of(right)]);
        return [.. _tokens.Select(Of)];

        IReadOnlyList<int> Of(string token) => known.TryGetValue(token, out var id) ? [id] : parts[token];
    }

    public int Count => _tokens.Length;

    /// <summary>Writes the tokenizer's keys of the GGUF specification, and the chat template.</summary>
    public void AddTo(GgufMetadata metadata)
    {
        metadata.Set("tokenizer.ggml.model", "gpt2");
        metadata.Set("tokenizer.ggml.pre", "gpt-2");
        metadata.Set(TokensKey, _tokens);
        metadata.Set("tokenizer.ggml.token_type", Enumerable.Range(0, Count).Select(id => id < Count - 3 ? NormalToken : ControlToken).ToArray());
        metadata.Set("tokenizer.ggml.merges", _merges);
        metadata.Set("tokenizer.ggml.bos_token_id", (uint)(Count - 3));
        metadata.Set("tokenizer.ggml.eos_token_id", (uint)(Count - 1));
        metadata.Set("tokenizer.ggml.padding_token_id", (uint)(Count - 3));
        metadata.Set("tokenizer.ggml.add_bos_token", false);
        metadata.Set("tokenizer.ggml.add_eos_token", false);
        metadata.Set("tokenizer.chat_template", ChatTemplate);
    }
}

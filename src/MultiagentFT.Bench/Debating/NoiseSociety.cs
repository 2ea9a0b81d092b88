using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Serving;

namespace MultiagentFT.Bench.Debating;

/// <summary>
/// Agents whose adapters are noise, for a debate of a known size: they do not know when an answer is over, so every answer and
/// summary has a fixed length.
/// </summary>
public sealed record NoiseSociety
{
    /// <summary>Room for the words around the answers in a message; the prompts take less in every vocabulary with bytes to fall back on.</summary>
    private const int MessageTokens = 256;

    /// <summary>Noise can be read back as more tokens than it was drawn in: bytes that are no character, pieces of words.</summary>
    private const int ReadBack = 2;

    private const int SmallestSlots = 8;

    /// <summary>N: generators, and as many critics, each with an adapter of its own. Range [1, 32]. Default 3.</summary>
    public int Agents { get; init; } = 3;

    /// <summary>M. Range [1, 16]. Default 2.</summary>
    public int Rounds { get; init; } = 2;

    /// <summary>Rank of the adapters, on all linear layers. Range [1, 256]. Default 8.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>Tokens of every answer and summary. Range [1, 4096]. Default 128.</summary>
    public int AnswerTokens { get; init; } = 128;

    /// <summary>Files of adapters that <see cref="Setup"/> needs.</summary>
    public int Adapters => 2 * Agents;

    /// <summary>All that is out of range, one sentence each.</summary>
    public IEnumerable<string> Validate()
    {
        if (Agents is < 1 or > 32) yield return $"agents: expected 1 to 32, found {Agents}";
        if (Rounds is < 1 or > 16) yield return $"rounds: expected 1 to 16, found {Rounds}";
        if (Rank is < 1 or > 256) yield return $"rank: expected 1 to 256, found {Rank}";
        if (AnswerTokens is < 1 or > 4096) yield return $"answer-tokens: expected 1 to 4096, found {AnswerTokens}";
    }

    /// <summary>The debates of this society, in slots that have room for them.</summary>
    /// <param name="model">GGUF file with a chat template.</param>
    /// <param name="files">An adapter for each generator, then one for each critic.</param>
    public DebateSetup Setup(string model, IReadOnlyList<string> files)
    {
        AdapterVersion[] adapters = [.. Enumerable.Range(0, Adapters).Select(index => new AdapterVersion($"noise-{index + 1}", 1))];
        var society = new SocietyOptions(model)
        {
            Adapters = [.. adapters.Zip(files, (version, file) => new AgentAdapter(version.Name, version.Version, file))],
            Speakers = new Society(adapters[..Agents], adapters[Agents..]),
            Debate = new DebateOptions { Agents = Agents, Rounds = Rounds, MaxNewTokens = AnswerTokens },
            Engine = new EngineOptions { Slots = Math.Max(SmallestSlots, Agents), SlotContext = SlotContext() },
        };
        return new DebateSetup(society) { HasFixedLength = true };
    }

    /// <summary>The longer of a whole conversation, whose turns after the first carry a summary, and of a summary of all others.</summary>
    private int SlotContext()
    {
        var message = MessageTokens + (ReadBack * AnswerTokens);
        var conversation = (message * Rounds) + (ReadBack * AnswerTokens * (Rounds - 1));
        var summary = (message * Agents) + AnswerTokens;
        return Math.Max(conversation, summary);
    }
}

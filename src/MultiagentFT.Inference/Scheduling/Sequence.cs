using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Scheduling;

/// <summary>A prompt and the answer that grows behind it. Everything but <see cref="IsCancelled"/> belongs to the thread that decodes.</summary>
internal class Sequence
{
    /// <summary>Answers are rarely longer; the list of tokens grows beyond this on its own.</summary>
    private const int ExpectedTokens = 256;

    private volatile bool _isCancelled;

    /// <param name="adapter">The weights that answer. Each loading makes its own object, so this is the key of all reuse.</param>
    /// <param name="prompt">One token or more.</param>
    /// <param name="maxNewTokens">1 or more; prompt and answer together fit a slot.</param>
    public Sequence(IRuntimeAdapter? adapter, ReadOnlySpan<int> prompt, int maxNewTokens)
    {
        Adapter = adapter;
        PromptLength = prompt.Length;
        MaxNewTokens = maxNewTokens;
        Tokens = new List<int>(prompt.Length + Math.Min(maxNewTokens, ExpectedTokens));
        Tokens.AddRange(prompt);
    }

    public IRuntimeAdapter? Adapter { get; }

    public int PromptLength { get; }

    public int MaxNewTokens { get; }

    /// <summary>Prompt and answer. Only ever appended to: slots refer to it for what they hold.</summary>
    public List<int> Tokens { get; }

    public int GeneratedLength => Tokens.Count - PromptLength;

    /// <summary>Rank of arrival; requests that were admitted together share one.</summary>
    public long Arrival { get; set; }

    /// <summary>Where it is computed; null while it waits and after it has ended.</summary>
    public Slot? Slot { get; set; }

    /// <summary>The sequence that is computing a prefix which this one wants to copy, while it does.</summary>
    public Sequence? Leader { get; set; }

    /// <summary>Tokens shared with <see cref="Leader"/>.</summary>
    public int LeaderPrefix { get; set; }

    /// <summary>Prompt tokens that were not computed but reused.</summary>
    public int CachedTokens { get; set; }

    /// <summary>Rows in the current step.</summary>
    public int Rows { get; set; }

    /// <summary>The row whose logits say the next token, or -1 in steps that end inside the prompt.</summary>
    public int OutputRow { get; set; } = -1;

    /// <summary>Set from any thread, once; looked at between steps.</summary>
    public bool IsCancelled => _isCancelled;

    /// <summary>Whether it has a slot, and prompt tokens that are still to be computed.</summary>
    public bool IsPrefilling => Slot is not null && Leader is null && Slot.Length < PromptLength;

    public void Cancel() => _isCancelled = true;
}

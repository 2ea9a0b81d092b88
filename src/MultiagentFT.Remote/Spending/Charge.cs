namespace MultiagentFT.Remote.Spending;

/// <summary>What one request costs, over all of its attempts. Each attempt holds back the most that it may cost.</summary>
internal sealed class Charge(Budget budget, string id, Tokens most)
{
    /// <summary>What ids of finetuning jobs begin with: they go on when the process that began them is gone.</summary>
    public const string JobPrefix = "job-";

    private static readonly AsyncLocal<Charge?> Running = new();

    private bool _isHeld;

    /// <summary>The charge of the request that this flow of control sends.</summary>
    public static Charge? Current
    {
        get => Running.Value;
        set => Running.Value = value;
    }

    /// <summary>Whether the answer is read piece by piece.</summary>
    public bool IsStreamed { get; init; }

    /// <summary>Called when an attempt is accepted, before its answer is read.</summary>
    public Action? OnAnswered { get; set; }

    /// <param name="budget">Pays.</param>
    /// <param name="most">Tokens of one attempt, at most.</param>
    public static Charge OfAnswer(Budget budget, Tokens most, bool isStreamed) =>
        new(budget, budget.NextAnswerId(), most) { IsStreamed = isStreamed };

    /// <exception cref="Foundation.InputException">The budget has no room.</exception>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        await budget.ReserveAsync(id, most, cancellation).ConfigureAwait(false);
        _isHeld = true;
    }

    /// <summary>The attempt ended with a known price; an attempt that was refused or never sent costs nothing.</summary>
    public void Settle(Tokens spent)
    {
        if (!_isHeld) return;
        _isHeld = false;
        budget.End(id, spent);
    }

    /// <summary>The attempt ended and nobody says at what price: the highest is assumed.</summary>
    public void Lose() => Settle(most);
}

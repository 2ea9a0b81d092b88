using System.Globalization;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Remote.Spending;

/// <summary>
/// Counts what an endpoint is paid, and stops before a bound is exceeded: an attempt begins only if the most that it may cost fits beside what was spent
/// and what others may still cost. Where it does not fit now, it waits for those to end. Thread-safe.
/// </summary>
public sealed class Budget
{
    private const decimal Million = 1_000_000;

    private readonly RemoteOptions _options;

    /// <summary>Tells the answers of this process from those of others in the same file.</summary>
    private readonly string _process;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Tokens> _held = new(StringComparer.Ordinal);

    /// <summary>Jobs of an earlier process that nobody waits for yet.</summary>
    private Dictionary<string, Tokens> _inherited = [];

    /// <summary>Jobs that are among what was spent, in case somebody asks for their result again.</summary>
    private Dictionary<string, Tokens> _paid = [];

    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Ledger? _ledger;
    private Tokens _spent;
    private Tokens _reserved;
    private long _answers;

    /// <param name="options">Prices and bounds.</param>
    public Budget(RemoteOptions options)
        : this(options, Guid.NewGuid())
    {
    }

    /// <param name="process">No two processes have the same.</param>
    internal Budget(RemoteOptions options, Guid process) => (_options, _process) = (options, process.ToString("N")[..8]);

    /// <summary>So far, earlier processes with the same file included.</summary>
    public Tokens Spent
    {
        get
        {
            lock (_gate) return _spent;
        }
    }

    /// <summary>Money for tokens; null where their price is not known.</summary>
    public decimal? CostOf(Tokens tokens)
    {
        var sum = 0m;
        foreach (var (count, price) in ((long, double?)[])[(tokens.Input, _options.InputPrice), (tokens.Output, _options.OutputPrice), (tokens.Trained, _options.TrainingPrice)])
        {
            if (count == 0) continue;
            if (price is null) return null;
            sum += count * (decimal)price.Value / Million;
        }
        return sum;
    }

    /// <summary>Keeps the account in a file from here on, on top of what it holds. Before the first request.</summary>
    /// <exception cref="InputException">The file is something else.</exception>
    public void Keep(string path)
    {
        lock (_gate)
        {
            _ledger = Ledger.Open(path, out var spent, out _inherited, out _paid);
            _spent += spent;
            foreach (var job in _inherited.Values) _reserved += job;
        }
    }

    /// <summary>Such as <c>12,345 prompt tokens, 678 generated, 0.0123 in money</c>.</summary>
    public string Describe()
    {
        var spent = Spent;
        var text = string.Create(CultureInfo.InvariantCulture, $"{spent.Input:#,0} prompt tokens, {spent.Output:#,0} generated");
        if (spent.Trained > 0) text += string.Create(CultureInfo.InvariantCulture, $", {spent.Trained:#,0} trained");
        return CostOf(spent) is { } cost && HasPrices ? text + string.Create(CultureInfo.InvariantCulture, $", {cost:0.####} in money") : text;
    }

    private bool HasPrices => _options.InputPrice is not null || _options.OutputPrice is not null || _options.TrainingPrice is not null;

    /// <summary>The id of another attempt's charge.</summary>
    internal string NextAnswerId() => $"answer-{_process}-{Interlocked.Increment(ref _answers)}";

    /// <summary>Holds back the most that an attempt may cost.</summary>
    /// <exception cref="InputException">It does not fit, and nothing is under way that may end cheaper than feared.</exception>
    internal async Task ReserveAsync(string id, Tokens most, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_paid.ContainsKey(id)) return;
                if (_inherited.Remove(id, out var before)) _reserved -= before;
                if (Excess(_spent + _reserved + most) is not { } excess)
                {
                    _ledger?.Write(id, hasEnded: false, most);
                    _held.Add(id, most);
                    _reserved += most;
                    return;
                }
                if (_held.Count == 0) throw Exceeded(excess, most);
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>An attempt ended.</summary>
    internal void End(string id, Tokens spent)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            if (!_held.Remove(id, out var most)) return;
            _reserved -= most;
            _spent += spent;
            if (id.StartsWith(Charge.JobPrefix, StringComparison.Ordinal)) _paid[id] = spent;
            _ledger?.Write(id, hasEnded: true, spent);
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        changed.SetResult();
    }

    /// <summary>The bound that a sum would exceed; null when it fits.</summary>
    private string? Excess(Tokens sum)
    {
        if (_options.TokenBudget is { } tokens && sum.Total > tokens) return "tokenBudget";
        if (_options.CostBudget is not { } money) return null;
        return CostOf(sum) is { } cost && cost <= (decimal)money ? null : "costBudget";
    }

    private InputException Exceeded(string bound, Tokens most)
    {
        var (needs, spent, all) = bound == "tokenBudget"
            ? ($"{most.Total} tokens", $"{_spent.Total}", $"{_options.TokenBudget}")
            : (Money(CostOf(most)), Money(CostOf(_spent)), Money((decimal)_options.CostBudget!.Value));
        return new InputException(
            "remote." + bound, null, $"room for what comes next, which costs at most {needs} (with a larger budget the same command continues)",
            $"{spent} of {all} spent");
    }

    private static string Money(decimal? amount) =>
        amount is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0.########}") : "an unknown price (trainingPrice)";
}

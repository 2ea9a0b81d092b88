using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Protocols;

namespace MultiagentFT.Runs.Methods;

/// <summary>
/// A way to answer problems that a run measures. All that tables, plots, help and validation know of it is here: a new one is one
/// file, and <see cref="MethodCatalog.With"/> adds it.
/// </summary>
public sealed record Method
{
    /// <summary>The name in JSON, options and folders, such as <c>multiagent-ft</c>: lower-case letters, digits and hyphens.</summary>
    public required string Key { get; init; }

    /// <summary>The name for readers, such as <c>Multiagent finetuning</c>.</summary>
    public required string Title { get; init; }

    /// <summary>One line of help, without a full stop.</summary>
    public required string Description { get; init; }

    public required MethodRole Role { get; init; }

    /// <summary>How it answers.</summary>
    public required Func<AnswerContext, IProtocol> Protocol { get; init; }

    /// <summary>How it answers the problems that it learns from; null: as all others.</summary>
    public Func<AnswerContext, IProtocol>? TrainingProtocol { get; init; }

    /// <summary>Whether it learns from right answers, which training problems then need.</summary>
    public bool ReadsTruth { get; init; }

    /// <summary>Whether agents of it learn preferences, by <see cref="PreferenceOptions"/>.</summary>
    public bool LearnsPreferences { get; init; }

    /// <summary>How it learns; null when it does not.</summary>
    public Func<RunConfig, ILearner>? Learner { get; init; }

    /// <summary>Key of the learning method, listed before, from whose answers to the training problems it learns; null: its own.</summary>
    public string? LearnsFrom { get; init; }

    /// <summary>
    /// Key of a learning method: where both are run, its own datasets are cut down to the size of that method's in the same iteration, for a
    /// comparison at equal training. Null trains on all there is.
    /// </summary>
    public string? TrainsNoMoreThan { get; init; }

    /// <summary>
    /// Whether it learns until its loss stops falling: after an iteration whose trainings end at no lower a mean loss than those of the iteration before, it makes
    /// no more data and trains no more; later iterations measure the same weights.
    /// </summary>
    public bool EndsWithItsLoss { get; init; }

    /// <summary>Key of the learning method whose agents answer, after each of its iterations; null: its own, or the base model.</summary>
    public string? WeightsOf { get; init; }

    /// <summary>Key of the method that it is before the first iteration, where its line in plots starts.</summary>
    public string? StartsAs { get; init; }

    /// <summary>Keys of methods that are measured before this one, where they are run, as it reads their results: all that it reads beside its own.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>Whether runs do it that name no methods; ablations are asked for.</summary>
    public bool ByDefault { get; init; } = true;

    public DebateParts Reads { get; init; } = DebateParts.All;

    /// <summary>What in a run's configuration it cannot do with, one sentence each, beginning with the key.</summary>
    public Func<RunConfig, IEnumerable<string>> Check { get; init; } = _ => [];

    /// <summary>Whether it is measured after each iteration, not once.</summary>
    public bool IsIterated => Learner is not null || WeightsOf is not null;

    /// <summary>Whether its turn comes after that of methods that wait for nothing: it reads results, or learns from the debates of one that does.</summary>
    /// <param name="beside">All methods of the run.</param>
    internal bool Waits(IReadOnlyList<Method> beside) => After.Count > 0 || beside.Any(other => other.Key == LearnsFrom && other.After.Count > 0);
}

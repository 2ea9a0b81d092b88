using System.Text.RegularExpressions;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs.Methods;

/// <summary>The methods that a program knows, in the order of its tables.</summary>
public sealed partial class MethodCatalog
{
    private MethodCatalog(IReadOnlyList<Method> methods) => Methods = methods;

    /// <summary>Key of the method that reads <c>bestTemperature</c>.</summary>
    public const string BestTemperature = "majority-best-temperature";

    /// <summary>All methods of this assembly.</summary>
    public static MethodCatalog Default { get; } = new(
    [
        BaseMethod.Method,
        GreedyMethod.Method,
        MajorityMethod.Method,
        EqualTokensMethod.Method,
        BestTemperatureMethod.Method,
        DebateMethod.Method,
        UniqueIdMethod.Method,
        CooperativeDebateMethod.Method,
        SingleAgentMethod.Method,
        StarMethod.Method,
        MultiagentMethod.Method,
        MultiagentGreedyMethod.Method,
        SingleAgentDebateMethod.Method,
        NoCriticsMethod.Method,
        NoSummaryMethod.Method,
        PooledMethod.Method,
        CooperativeMethod.Method,
        SingleAgentPreferencesMethod.Method,
        MultiagentPreferencesMethod.Method,
        DistilledMethod.Method,
    ]);

    public IReadOnlyList<Method> Methods { get; }

    public IReadOnlyList<string> Keys => [.. Methods.Select(method => method.Key)];

    /// <summary>Those that a run does which names none.</summary>
    public IReadOnlyList<string> DefaultKeys => [.. Methods.Where(method => method.ByDefault).Select(method => method.Key)];

    /// <summary>A method by its key.</summary>
    /// <exception cref="InputException">There is none; the message lists all.</exception>
    public Method this[string key] => Find(key) ?? throw new InputException($"method: {Unknown(key)}");

    /// <summary>This catalog with another method at the end.</summary>
    /// <exception cref="ArgumentException">The key cannot name files, is taken, or refers to a method that is not there.</exception>
    public MethodCatalog With(Method method)
    {
        if (!KeyPattern().IsMatch(method.Key)) throw new ArgumentException($"{method.Key}: expected lower-case letters, digits and hyphens", nameof(method));
        if (Find(method.Key) is not null) throw new ArgumentException($"{method.Key}: there is a method of this name", nameof(method));
        foreach (var source in (string?[])[method.WeightsOf, method.LearnsFrom])
        {
            if (source is not null && Find(source) is not { Learner: not null })
                throw new ArgumentException($"{method.Key}: expected the key of a method that learns, found {source}", nameof(method));
        }
        return new MethodCatalog([.. Methods, method]);
    }

    public Method? Find(string key) => Methods.FirstOrDefault(method => method.Key == key);

    /// <summary>Where a method stands in tables; unknown ones come last.</summary>
    public int Order(string key) => Methods.TakeWhile(method => method.Key != key).Count();

    /// <summary>The title, or the key of a method that is not known here.</summary>
    public string Title(string key) => Find(key)?.Title ?? key;

    /// <summary>The known methods among those of a configuration, in the order of tables.</summary>
    public IReadOnlyList<Method> Of(RunConfig config) => [.. Methods.Where(method => config.Methods.Contains(method.Key))];

    /// <summary>What was expected and found, with the closest name.</summary>
    public string Unknown(string key) => $"expected {string.Join(", ", Keys)}, found {key}{ClosestName.Hint(key, Keys)}";

    /// <summary>What is wrong with the methods of a configuration, one sentence each.</summary>
    public IEnumerable<string> Validate(RunConfig config)
    {
        if (config.Methods.Count == 0) yield return $"comparisons: expected at least one of {string.Join(", ", Keys)}, found none";
        foreach (var (index, key) in config.Methods.Index().Where(method => Find(method.Item) is null)) yield return $"comparisons[{index}]: {Unknown(key)}";
        if (config.Methods.Distinct().Count() != config.Methods.Count) yield return "comparisons: expected each method once, found a repetition";
        var methods = Of(config);
        if (config.Iterations == 0 && methods.Count > 0 && methods.All(method => method.IsIterated))
            yield return $"iterations: expected 1 or more, as only finetuned methods are compared, found {config.Iterations}";
        foreach (var method in methods)
        {
            if (method.WeightsOf is { } weights && !config.Methods.Contains(weights))
                yield return $"comparisons: expected {weights} beside {method.Key}, which answers with its weights, found none";
            if (method.LearnsFrom is { } source && !config.Methods.Contains(source))
                yield return $"comparisons: expected {source} beside {method.Key}, which learns from its debates, found none";
            if (method.LearnsPreferences && config.Feedback.Length > 0)
                yield return $"feedback: expected none beside {method.Key}, whose agents learn preferences of their own, found {config.Feedback}";
            foreach (var error in method.Check(config)) yield return error;
        }
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex KeyPattern();
}

using System.Globalization;
using System.Text;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Words;

/// <summary>
/// The sentences of a word problem. A few patterns and words, chosen to be short in the embedded model's tokens; the problem's id decides between them.
/// </summary>
internal sealed class WordProblemWording
{
    private static readonly string[] Names = ["Al", "Bo", "Ed", "Ben", "Dan", "Ian", "Jen", "Kai", "Ken", "Lou", "Ted", "Theo"];

    private static readonly string[] Things = ["ants", "bees", "beds", "cans", "cents", "hats", "hens", "maps", "mats", "pens", "songs", "tents"];

    /// <summary>Longer problems have no irrelevant facts.</summary>
    private const int MostStepsWithAside = 3;

    private readonly WordProblem _problem;
    private readonly SplitMix64 _random;
    private readonly string[] _names = [.. Names];
    private readonly string[] _things = [.. Things];

    /// <summary>Whose things are counted, as an index of the shuffled names.</summary>
    private int _holder;

    private WordProblemWording(WordProblem problem)
    {
        _problem = problem;
        _random = new Seed(0).Of("word-problems-wording").Of(problem.Id).Generator();
        _random.Shuffle<string>(_names);
        _random.Shuffle<string>(_things);
    }

    public static string Of(WordProblem problem) => new WordProblemWording(problem).Text();

    private string Text()
    {
        var text = new StringBuilder();
        var aside = _problem.Steps.Count <= MostStepsWithAside && _random.Next(3) == 0 ? Aside() : null;
        if (aside is not null && _random.Next(2) == 0)
        {
            text.Append(aside).Append(' ');
            aside = null;
        }
        text.Append(CultureInfo.InvariantCulture, $"{Holder} has {_problem.Start} ");
        text.Append(_problem.StartsWithBoxes ? Line($"boxes, each with {_problem.Steps[0].Amount} {_things[0]}") : _things[0]);
        var steps = _problem.Steps.Skip(_problem.StartsWithBoxes ? 1 : 0).ToList();
        foreach (var step in steps) text.Append(Clause(step));
        text.Append(". ");
        if (aside is not null) text.Append(aside).Append(' ');
        return text.Append(Question()).ToString();
    }

    private string Holder => _names[_holder];

    /// <summary>What somebody else has, of this or of another thing.</summary>
    private string Aside() => Line($"{_names[^1]} has {2 + _random.Next(98)} {_things[_random.Next(2)]}.");

    /// <summary>Goes on with the sentence, or ends it and begins another about somebody else.</summary>
    private string Clause(WordStep step)
    {
        var isOther = _random.Next(4) == 0;
        return step.Operation switch
        {
            WordOperation.Add when isOther => Other(Line($"{step.Amount} more than")),
            WordOperation.Add => Line($", {Either("gets", "wins")} {step.Amount}"),
            WordOperation.Subtract when isOther => Other(Line($"{step.Amount} fewer than")),
            WordOperation.Subtract => _random.Next(2) == 0 ? Line($", loses {step.Amount}") : Line($", gives {_names[^2]} {step.Amount}"),
            WordOperation.Multiply => Other(step.Amount == 2 ? "twice as many as" : Line($"{step.Amount} times as many as")),
            _ => Line($". They are shared evenly by {step.Amount} men"),
        };
    }

    private string Other(string relation)
    {
        var before = Holder;
        _holder++;
        return Line($". {Holder} has {relation} {before}");
    }

    private string Question() => _problem.Steps[^1].Operation switch
    {
        WordOperation.Divide => "How many has each?",
        WordOperation.Subtract when _random.Next(2) == 0 => $"How many has {Holder} left?",
        _ => $"How many has {Holder}?",
    };

    private string Either(string first, string second) => _random.Next(2) == 0 ? first : second;

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

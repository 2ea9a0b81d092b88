using System.Globalization;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Words;

/// <summary>
/// A number that sentences change in two to four steps; all numbers on the way are whole and between 1 and 999. The steps alone decide which problem it is:
/// names, things, wording and irrelevant facts follow from them, so the splits share no problem in other words either.
/// </summary>
/// <param name="Start">The number that the first sentence gives.</param>
/// <param name="Steps">Applied from left to right.</param>
public sealed record WordProblem(int Start, IReadOnlyList<WordStep> Steps) : IGeneratedProblem
{
    /// <summary>Numbers on the way are below this.</summary>
    public const int Bound = 1000;

    /// <summary>Such as <c>45 +12 -30 *2</c>.</summary>
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{Start} {string.Join(' ', Steps)}");

    public Split Split => ContentSplit.Of(TaskCatalog.WordProblems, Id);

    public string Question => WordProblemWording.Of(this);

    public string Answer => Steps.Aggregate(Start, (value, step) => step.Apply(value)).ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether it starts with several boxes of as many things, which are to be multiplied first.</summary>
    public bool StartsWithBoxes => Steps[0] is { Operation: WordOperation.Multiply, Amount: >= LeastInBox };

    /// <summary>Draws a problem of a split.</summary>
    public static WordProblem Draw(Split split, SplitMix64 random)
    {
        while (true)
        {
            var problem = Draw(random);
            if (problem.Split == split) return problem;
        }
    }

    private const int LeastInBox = 10;
    private const int MostFactor = 4;
    private const int MostSharers = 9;

    private static WordProblem Draw(SplitMix64 random)
    {
        int[] counts = [2, 2, 2, 3, 3, 4];
        var steps = new WordStep[counts[random.Next(counts.Length)]];
        var hasBoxes = random.Next(4) == 0;
        var start = hasBoxes ? 2 + random.Next(8) : 10 + random.Next(90);
        var value = start;
        for (var i = 0; i < steps.Length; i++)
        {
            steps[i] = i == 0 && hasBoxes
                ? new WordStep(WordOperation.Multiply, LeastInBox + random.Next(30))
                : Next(value, isLast: i == steps.Length - 1, random);
            value = steps[i].Apply(value);
        }
        return new WordProblem(start, steps);
    }

    private static WordStep Next(int value, bool isLast, SplitMix64 random)
    {
        while (true)
        {
            var step = random.Next(6) switch
            {
                0 or 1 => new WordStep(WordOperation.Add, 2 + random.Next(98)),
                2 or 3 => new WordStep(WordOperation.Subtract, 2 + random.Next(98)),
                4 => new WordStep(WordOperation.Multiply, 2 + random.Next(MostFactor - 1)),
                _ => new WordStep(WordOperation.Divide, 2 + random.Next(MostSharers - 1)),
            };
            if (step.Operation == WordOperation.Divide && (!isLast || value % step.Amount != 0)) continue;
            if (step.Apply(value) is >= 1 and < Bound) return step;
        }
    }
}

using System.Globalization;

namespace MultiagentFT.Debate.Tasks.Words;

/// <summary>One step of a word problem.</summary>
/// <param name="Operation">What is done.</param>
/// <param name="Amount">With how much; above 0.</param>
public readonly record struct WordStep(WordOperation Operation, int Amount)
{
    /// <summary>As a sign: <c>+</c>, <c>-</c>, <c>*</c> or <c>/</c>.</summary>
    public char Sign => "+-*/"[(int)Operation];

    /// <summary>The number after the step.</summary>
    public int Apply(int value) => Operation switch
    {
        WordOperation.Add => value + Amount,
        WordOperation.Subtract => value - Amount,
        WordOperation.Multiply => value * Amount,
        _ => value / Amount,
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sign}{Amount}");
}

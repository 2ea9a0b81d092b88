using MultiagentFT.Debate.Tasks.Grading.Expressions;
using MultiagentFT.Debate.Tasks.Grading.Units;

namespace MultiagentFT.Debate.Tasks.Grading.Answers;

/// <summary>What an answer says, read once and compared by <see cref="AnswerComparison"/>; the text is its tokens in one spelling.</summary>
internal abstract record Answer(string Text);

internal sealed record Quantity(string Text, Expr Value, Unit? Unit) : Answer(Text);

/// <summary>What is no mathematics: words, of which case does not count, or tokens that cannot be read.</summary>
internal sealed record Words(string Text, bool IgnoresCase) : Answer(Text);

/// <summary>x = 5, f(x) = x + 1, x \in [1,2]; the whole as an equation too where both sides are expressions.</summary>
internal sealed record Named(string Text, string Name, Answer Value, Relation? Equation) : Answer(Text);

/// <summary>A difference compared with 0; the sign is <c>=</c>, <c>ne</c>, <c>&gt;</c> or <c>ge</c>.</summary>
internal sealed record Relation(string Text, string Sign, Expr Difference) : Answer(Text);

/// <summary>A tuple, vector or interval: the order counts and the brackets do.</summary>
internal sealed record Group(string Text, string Open, string Close, IReadOnlyList<Answer> Items) : Answer(Text);

/// <summary>A list or set: the order does not count.</summary>
internal sealed record Collection(string Text, IReadOnlyList<Answer> Items) : Answer(Text);

/// <summary>Sets joined by \cup or \cap (<paramref name="Sign"/>), in any order.</summary>
internal sealed record Union(string Text, string Sign, IReadOnlyList<Answer> Items) : Answer(Text);

/// <summary>10:6, or a time of a day with its half, <c>am</c> or <c>pm</c>, where that is said.</summary>
internal sealed record Ratio(string Text, IReadOnlyList<Expr> Terms, bool IsClock, string? Half = null) : Answer(Text);

/// <summary>Rows and cells; determinants and systems of equations are of another kind than matrices.</summary>
internal sealed record Matrix(string Text, string Kind, IReadOnlyList<IReadOnlyList<Answer>> Rows) : Answer(Text);

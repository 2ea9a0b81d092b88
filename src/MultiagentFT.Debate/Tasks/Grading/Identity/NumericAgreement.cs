using MultiagentFT.Debate.Tasks.Grading.Expressions;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Grading.Identity;

internal enum Agreement
{
    Refuted,
    Unknown,
    Supported,
}

/// <summary>Compares expressions in floating point at fixed random points of several scales, negative ones among them.</summary>
internal static class NumericAgreement
{
    private const int PointsNeeded = 3;

    /// <summary>The letters of a point have a magnitude from the first to the second; signs are positive, negative or mixed.</summary>
    private static readonly (double Low, double High, int Sign)[] Points =
    [
        (0.2, 0.9, 1), (1.05, 2.1, 1), (0.9, 1.1, 1), (2.5, 9, 1), (10, 60, 1),
        (0.2, 0.9, -1), (1.05, 3, -1), (0.3, 2.5, 0), (0.3, 2.5, 0), (0.01, 0.1, 1), (0.7, 1.4, 1),
    ];

    private static readonly Seed Root = new Seed(0).Of("numeric-point");

    public static Agreement Of(Expr left, Expr right)
    {
        var (supported, isConstant) = (0, false);
        for (var i = 0; i < Points.Length && !isConstant; i++)
        {
            if (At(i, left, right) is not var (l, r)) continue;
            if (l.Differs(r)) return Agreement.Refuted;
            isConstant = !l.HasLetters && !r.HasLetters;
            if (!l.IsLost && !r.IsLost && IsSharp(l, r)) supported += isConstant ? PointsNeeded : 1;
        }
        return supported >= PointsNeeded ? Agreement.Supported : Agreement.Unknown;
    }

    /// <summary>1, -1 or 0: whether the ratio of two expressions is positive or negative wherever it has a value.</summary>
    public static int SignOfRatio(Expr left, Expr right)
    {
        var signs = new HashSet<int>();
        for (var i = 0; i < Points.Length; i++)
        {
            if (At(i, left, right) is var (l, r) && l.IsReal && r.IsReal) signs.Add(Math.Sign(l.Value.Real) * Math.Sign(r.Value.Real));
        }
        return signs.Count == 1 ? signs.First() : 0;
    }

    private static (Approximation Left, Approximation Right)? At(int index, Expr left, Expr right)
    {
        var point = Points[index];
        var at = Root.Of(index);
        var numeric = new NumericEvaluation(Letter);
        return numeric.Of(left) is { } l && numeric.Of(right) is { } r ? (l, r) : null;

        double Letter(string name)
        {
            var random = at.Of(name).Generator();
            var value = point.Low + ((point.High - point.Low) * random.NextDouble());
            return point.Sign == 0 ? random.NextDouble() < 0.5 ? value : -value : point.Sign * value;
        }
    }

    /// <summary>An error of this share of the values is too large for their agreement to mean anything.</summary>
    private static bool IsSharp(Approximation left, Approximation right) =>
        left.Error + right.Error <= 1e-7 * Math.Max(1e-3, Math.Max(left.Magnitude, right.Magnitude));
}

using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Grading;

/// <summary>
/// Whether two expressions are equal for all values of their letters, judged at a few fixed points: expressions that
/// differ agree there with negligible probability (Schwartz, Zippel), and evaluation takes linear time.
/// </summary>
internal static class ExpressionIdentity
{
    private const int Points = 4;
    private const double Tolerance = 1e-9;

    public static bool Same(string left, string right)
    {
        for (var point = 0; point < Points; point++)
        {
            var at = new Seed((ulong)point).Of("expression-point");
            if (ExpressionValue.At(left, Variable) is not { } l || ExpressionValue.At(right, Variable) is not { } r) return false;
            if (Math.Abs(l - r) > Tolerance * Math.Max(1e-3, Math.Max(Math.Abs(l), Math.Abs(r)))) return false;

            double Variable(char letter) => 1.5 + at.Of(letter).Generator().NextDouble();
        }
        return true;
    }
}

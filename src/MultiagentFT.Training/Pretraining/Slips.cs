using MultiagentFT.Foundation;

namespace MultiagentFT.Training.Pretraining;

/// <summary>Makes the mistakes of a solution's steps.</summary>
/// <param name="rates">How often.</param>
/// <param name="random">Decides when, and by how much.</param>
/// <param name="numbers">Numbers of the problem, by which a result may be off.</param>
internal sealed class Slips(MistakeRates rates, SplitMix64 random, params int[] numbers)
{
    private readonly int[] _errors = [1, 2, 10, 20, 100, .. numbers];

    /// <summary>A product or a sum, as it is written.</summary>
    public int Sum(int value) => Happens(rates.Careless) && value >= 10 ? value - 10 : Confused(value, rates.Confused);

    public int Difference(int value) => Confused(value, rates.Difference);

    public int Quotient(int value) => Confused(value, rates.Confused);

    /// <summary>Whether a sentence is taken for its opposite.</summary>
    public bool Misreads() => Happens(rates.Confused);

    private int Confused(int value, double rate)
    {
        if (!Happens(rate)) return value;
        var error = Math.Max(1, _errors[random.Next(_errors.Length)]);
        return random.Next(2) == 0 ? value + error : value - error;
    }

    private bool Happens(double probability) => probability > 0 && random.NextDouble() < probability;
}

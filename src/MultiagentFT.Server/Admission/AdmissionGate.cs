using MultiagentFT.Server.Errors;

namespace MultiagentFT.Server.Admission;

/// <summary>Bounds the answers that run or wait in the engine. Whoever does not fit is refused at once and told to come again.</summary>
/// <param name="capacity">Answers at a time.</param>
internal sealed class AdmissionGate(int capacity)
{
    /// <summary>Answers last from parts of a second to minutes; a client that comes too early is told again.</summary>
    private const int RetrySeconds = 1;

    private readonly Lock _lock = new();

    public int Capacity => capacity;

    /// <summary>Answers inside.</summary>
    public int Inside { get; private set; }

    /// <summary>Requests that were refused.</summary>
    public long Refused { get; private set; }

    /// <param name="answers">How many a request makes at a time; more than fit are as many as fit.</param>
    /// <exception cref="ApiException">There is no room (429).</exception>
    public Pass Enter(int answers)
    {
        answers = Math.Min(answers, capacity);
        lock (_lock)
        {
            if (Inside + answers <= capacity)
            {
                Inside += answers;
                return new Pass(this, answers);
            }
            Refused++;
        }
        throw new ApiException(429, "overloaded", null, $"expected at most {capacity} answers at a time, found more: try again later") { RetryAfter = RetrySeconds };
    }

    private void Leave(int answers)
    {
        lock (_lock) Inside -= answers;
    }

    /// <summary>Disposed once, when the answers have ended.</summary>
    public readonly struct Pass(AdmissionGate gate, int answers) : IDisposable
    {
        public void Dispose() => gate.Leave(answers);
    }
}

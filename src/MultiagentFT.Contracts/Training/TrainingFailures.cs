using MultiagentFT.Foundation;

namespace MultiagentFT.Contracts.Training;

/// <summary>What went wrong in a group of trainings, of which each fails alone. Calls may come from several threads.</summary>
public sealed class TrainingFailures
{
    private readonly SortedDictionary<int, Exception> _errors = [];

    /// <param name="job">Index of the job.</param>
    /// <param name="error">An <see cref="InputException"/> blames the job.</param>
    public void Add(int job, Exception error)
    {
        lock (_errors) _errors[job] = error;
    }

    /// <summary>Throws the one failure, or one with all their messages, in the order of the jobs.</summary>
    /// <exception cref="InputException">All failures blame their jobs.</exception>
    /// <exception cref="TrainingFailedException">One was an accident.</exception>
    public void Throw()
    {
        lock (_errors)
        {
            if (_errors.Count == 0) return;
            var message = string.Join("\n  ", _errors.Values.Select(error => error.Message));
            throw _errors.Values.All(error => error is InputException) ? new InputException(message) : new TrainingFailedException(message);
        }
    }
}

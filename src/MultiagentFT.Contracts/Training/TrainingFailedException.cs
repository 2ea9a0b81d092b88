namespace MultiagentFT.Contracts.Training;

/// <summary>A trainer process ended for a reason that better input would not have prevented; the next attempt may succeed.</summary>
public sealed class TrainingFailedException(string message) : Exception(message);

namespace MultiagentFT.Runs.Events;

/// <summary>A method learns no more, as its loss has stopped falling; later iterations measure the same weights.</summary>
/// <param name="Method">Its key.</param>
/// <param name="Iteration">The last in which it learned.</param>
/// <param name="Before">The loss at which the trainings of the iteration before ended, nats a token.</param>
/// <param name="Loss">That of the last ones.</param>
public sealed record LearningEnded(string Method, int Iteration, double Before, double Loss) : RunEvent;

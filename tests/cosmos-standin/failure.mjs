/** What Cosmos DB answers when it does not do what it was asked: a status, a substatus and a message. */
export class Failure extends Error {
  constructor(status, message, substatus = 0) {
    super(message);
    this.status = status;
    this.substatus = substatus;
  }
}

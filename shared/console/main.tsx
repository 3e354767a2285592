import { render } from 'preact';
import { Console } from './console';
import { followAddress } from './route';
import { start } from './session/start';

const root = document.getElementById('page');
if (root !== null) {
  // first the session: the answer of a sign-in is in the address, where the route will be
  void start().then((beginning) => {
    followAddress();
    render(<Console beginning={beginning} />, root);
  });
}
